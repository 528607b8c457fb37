//! A kernel's declaration as plain data; `#[kernel]` writes it.

use crate::conformance::Case;
use crate::{Arg, Dtype, ErrorKind, Result, Tolerance};

/// Everything that is known of a kernel before it runs.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The kernel's name, the same in Rust, CUDA, the catalogue and traces.
    pub name: &'static str,
    /// What it computes, in one sentence.
    pub summary: &'static str,
    /// The whole text of its documentation.
    pub documentation: &'static str,
    /// Whether it is an operation of the catalogue as it stands.
    pub is_operation: bool,
    /// The texts of scalars that a call by name need not give.
    pub defaults: &'static [(&'static str, &'static str)],
    /// The names of the values 0, 1, … of a scalar.
    pub choices: &'static [(&'static str, &'static [&'static str])],
    /// The file that declares it.
    pub source: &'static str,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// The dimensions of its shapes, in order of first mention.
    pub dims: &'static [&'static str],
    /// The dimensions that may exceed 2³²−1.
    pub wide: &'static [&'static str],
    /// The element types its type parameter takes; empty when it has none.
    pub types: &'static [Dtype],
    /// The number of threads to launch, from the quantities and the size of an element.
    pub threads: fn(&[u64], u64) -> u64,
    /// Threads in a block.
    pub block: BlockSize,
    /// Bytes of dynamic shared memory of a block, from the quantities and the size of an element.
    pub shared: Option<fn(&[u64], u64) -> u64>,
    /// Conditions checked before every launch.
    pub requires: &'static [Requirement],
    /// Quantities that have compiled constants.
    pub constants: &'static [Constants],
    /// Values of quantities whose cross product is checked for conformance.
    pub checks: &'static [(&'static str, &'static [u64])],
    /// The sizes the benchmark runs.
    pub benches: &'static [&'static [(&'static str, u64)]],
    /// Makes inputs satisfy the kernel's preconditions.
    pub inputs: Option<fn(&mut Case)>,
    /// How far an output may lie from the reference.
    pub tolerance: Tolerance,
    /// Arithmetic operations of one call, from the quantities.
    pub ops: Option<fn(&[u64]) -> u64>,
    /// The definition in plain loops, on host buffers.
    pub reference: fn(&mut [Arg], &[u64], Dtype),
    /// The compiled CUDA form.
    pub deflated_ptx: &'static [u8],
    /// The hash of the compiled form, by which validation records name it.
    pub ptx_hash: &'static str,
}

/// Threads in a block of a kernel.
#[derive(Clone, Copy)]
pub enum BlockSize {
    /// Those that a launch may choose from, the default first.
    Candidates(&'static [u32]),
    /// The one number that suits the quantities and the size of an element: there is nothing to choose.
    Needed(fn(&[u64], u64) -> u64),
}

/// One parameter of a kernel.
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What its doc comment says, in one line.
    pub documentation: &'static str,
    /// Its element type; `None` is the kernel's type parameter.
    pub element: Option<Dtype>,
    /// What is passed.
    pub kind: ParamKind,
    /// Where a number must lie, if it may not be any.
    pub domain: Option<&'static Domain>,
}

/// What a parameter passes.
pub enum ParamKind {
    /// A number by value.
    Scalar,
    /// A buffer.
    Buffer {
        /// What the kernel does to it.
        access: Access,
        /// Its declared extents, outermost first.
        shape: &'static [Extent],
        /// Whether the first extent is that of any number of leading axes together.
        leading: bool,
    },
}

/// What a kernel does to a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads it.
    In,
    /// Writes every element, reads none.
    Out,
    /// Reads and writes it.
    InOut,
}

/// One declared extent of a buffer.
pub struct Extent {
    /// As written.
    pub text: &'static str,
    /// The dimension it names, when it is no more than a name.
    pub dim: Option<usize>,
    /// Its value from the quantities.
    pub value: fn(&[u64]) -> u64,
}

/// A condition on the quantities.
pub struct Requirement {
    /// As written.
    pub text: &'static str,
    /// Whether it holds.
    pub holds: fn(&[u64]) -> bool,
}

/// Where a number must lie: for what no expression of whole quantities can say.
pub struct Domain {
    /// As errors say it.
    pub text: &'static str,
    /// Whether a number lies in it.
    pub holds: fn(f64) -> bool,
}

impl Domain {
    /// Refuses a number that does not lie in it.
    ///
    /// # Errors
    /// `Requirement` with the condition, and the number by its name.
    pub fn judge(&self, kernel: &'static str, name: &str, number: f64) -> Result<()> {
        if (self.holds)(number) {
            return Ok(());
        }
        Err(ErrorKind::Requirement { kernel, condition: self.text, values: format!("{name} = {number}") }.into())
    }
}

/// Quantities that get compiled constants when their values are one of the rows.
pub struct Constants {
    /// Dimensions or scalars.
    pub names: &'static [&'static str],
    /// Their values, one row a variant.
    pub rows: &'static [&'static [u64]],
}

impl Entry {
    /// The names of the quantities: the dimensions, then the scalars.
    pub fn quantity_names(&self) -> impl Iterator<Item = &'static str> {
        let scalars = self.params.iter().filter(|p| matches!(p.kind, ParamKind::Scalar)).map(|p| p.name);
        self.dims.iter().copied().chain(scalars)
    }

    /// The element types to run it with: those of its type parameter; one that means nothing when it has none.
    pub fn elements(&self) -> &'static [Dtype] {
        if self.types.is_empty() { &[Dtype::F32] } else { self.types }
    }

    /// The CUDA symbol for an element type and the values of the quantities.
    pub fn symbol(&self, element: Dtype, quantities: &[u64]) -> String {
        let mut symbol = self.name.to_owned();
        if !self.types.is_empty() {
            symbol.push('_');
            symbol.push_str(element.name());
        }
        for constants in self.constants {
            symbol += &constants.suffix(|name| self.quantity(name, quantities));
        }
        symbol
    }

    fn quantity(&self, name: &str, quantities: &[u64]) -> u64 {
        let at = self.quantity_names().position(|q| q == name);
        at.map_or(0, |i| quantities[i])
    }

    /// The threads of a block to choose from, the default first; empty when the quantities leave no choice.
    pub fn candidates(&self) -> &'static [u32] {
        if let BlockSize::Candidates(sizes) = self.block { sizes } else { &[] }
    }

    /// The bytes of its buffers, from the element type and the quantities.
    pub(crate) fn bytes(&self, element: Dtype, quantities: &[u64]) -> u64 {
        let buffer = |param: &Param| match param.kind {
            ParamKind::Scalar => 0,
            ParamKind::Buffer { shape, .. } => {
                let count: u64 = shape.iter().map(|extent| (extent.value)(quantities)).product();
                count * param.element.unwrap_or(element).size()
            }
        };
        self.params.iter().map(buffer).sum()
    }

    /// The names of the values of a scalar, if they have names.
    pub fn choices_of(&self, scalar: &str) -> &'static [&'static str] {
        self.choices.iter().find(|(name, _)| *name == scalar).map_or(&[], |(_, names)| names)
    }

    /// The compiled form: PTX.
    pub fn ptx(&self) -> String {
        let text = miniz_oxide::inflate::decompress_to_vec(self.deflated_ptx).expect("the build deflated it");
        String::from_utf8(text).expect("PTX is text")
    }

    /// The family: the folder its source lies in.
    pub fn family(&self) -> &'static str {
        self.source.rsplit('/').nth(1).unwrap_or_default()
    }
}

impl Constants {
    fn suffix(&self, value: impl Fn(&str) -> u64) -> String {
        let values: Vec<u64> = self.names.iter().map(|n| value(n)).collect();
        if !self.rows.contains(&values.as_slice()) {
            return String::new();
        }
        self.names
            .iter()
            .zip(values)
            .flat_map(|(name, value)| ["_".to_owned(), (*name).to_owned(), value.to_string()])
            .collect()
    }
}
