//! A kernel against its reference, over the sizes its declaration names.

pub use crate::value::{Uploaded, Value};

use crate::philox::Philox;
use crate::run::{Launching, run_as};
use crate::{Access, Arg, Device, Dtype, Entry, Float, ParamKind, Result, Scalar};
use crate::{bf16, c64, c128, f16};
use rayon::prelude::*;

/// Cases whose references are computed together, on all cores.
const TOGETHER: usize = 256;

/// The arguments of one conformance call, on the host.
pub struct Case {
    /// The quantities by name.
    pub quantities: Vec<(&'static str, u64)>,
    /// One value per parameter.
    pub values: Vec<(&'static str, Value)>,
}

/// How a kernel did.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Calls compared.
    pub calls: usize,
    /// The worst error as a share of its tolerance; 0 when all are bit-identical.
    pub worst: f64,
    /// The first call that missed its tolerance, in words.
    pub failure: Option<String>,
}

impl Case {
    /// The arguments on a device.
    ///
    /// # Errors
    /// Out of memory.
    pub fn upload(&self, device: &Device) -> Result<Vec<Uploaded>> {
        self.values.iter().map(|(_, value)| value.upload(device)).collect()
    }

    /// A quantity of this call.
    pub fn quantity(&self, name: &str) -> u64 {
        self.quantities.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v)
    }

    /// Whether the kernel has a parameter of that name.
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(n, _)| *n == name)
    }

    /// An argument of this call, as doubles.
    pub fn doubles(&self, name: &str) -> Vec<f64> {
        self.argument(name).doubles()
    }

    /// The element type of an argument of this call.
    pub fn dtype(&self, name: &str) -> Dtype {
        self.argument(name).dtype()
    }

    fn argument(&self, name: &str) -> &Value {
        self.values.iter().find(|(n, _)| *n == name).map(|(_, v)| v).expect("a parameter of the kernel")
    }

    /// An argument of this call.
    pub fn value(&mut self, name: &str) -> &mut Value {
        let at = self.values.iter().position(|(n, _)| *n == name).expect("a parameter of the kernel");
        &mut self.values[at].1
    }

    /// Applies `change` to the elements of an argument as doubles; counts take the nearest they can hold.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Vec<f64>)) {
        let value = self.value(name);
        let mut wide = value.doubles();
        change(&mut wide);
        match value {
            Value::F32(_, data) => *data = wide.into_par_iter().map(|x| x as f32).collect(),
            Value::F64(_, data) => *data = wide,
            Value::F16(_, data) => *data = wide.into_par_iter().map(f16::nearest).collect(),
            Value::BF16(_, data) => *data = wide.into_par_iter().map(bf16::nearest).collect(),
            Value::C64(_, data) => *data = wide.par_chunks(2).map(|z| c64::new(z[0] as f32, z[1] as f32)).collect(),
            Value::C128(_, data) => *data = wide.par_chunks(2).map(|z| c128::new(z[0], z[1])).collect(),
            Value::U32(_, data) => *data = wide.into_par_iter().map(|x| x as u32).collect(),
            Value::U64(_, data) => *data = wide.into_par_iter().map(|x| x as u64).collect(),
            other => panic!("{name} holds {other:?}, neither floating-point numbers nor counts"),
        }
    }
}

impl Entry {
    /// Compares the kernel on `device` with its reference on the CPU, for every combination of its checks, every
    /// element type and, on a GPU, every candidate for a block's size, on seeded inputs with ties. Combinations that its
    /// requirements exclude, or with a quantity above `largest`, are passed over; of the others so many are taken, evenly
    /// spread, that calls are at most `most`, or one a candidate.
    ///
    /// # Errors
    /// The device fails; a difference is no error but a [`Verdict`] with a failure.
    pub fn conform(&self, device: &Device, largest: u64, most: usize) -> Result<Verdict> {
        let candidates: Vec<_> = self.candidates().iter().copied().map(Some).collect();
        let blocks = if device.is_cuda() && !candidates.is_empty() { candidates } else { vec![None] };
        self.conform_over(self.elements(), &blocks, device, largest, most)
    }

    /// The same of one element type in blocks of one size.
    pub(crate) fn conform_in(&self, block: u32, element: Dtype, device: &Device, most: usize) -> Result<Verdict> {
        self.conform_over(&[element], &[Some(block)], device, u64::MAX, most)
    }

    fn conform_over(
        &self,
        elements: &[Dtype],
        blocks: &[Option<u32>],
        device: &Device,
        largest: u64,
        most: usize,
    ) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let numbered = self.combinations().into_iter().enumerate();
        let numbered = numbered.filter(|(_, quantities)| quantities.iter().all(|(_, value)| *value <= largest));
        let chosen: Vec<_> = numbered.flat_map(|c| elements.iter().map(move |e| (c.clone(), *e))).collect();
        let cases = (most / blocks.len()).max(1);
        let chosen: Vec<_> = chosen.iter().step_by(chosen.len().div_ceil(cases).max(1)).collect();
        for chosen in chosen.chunks(TOGETHER) {
            let reference = |((number, quantities), element): &&((usize, Vec<_>), Dtype)| {
                let case = self.case(quantities, *element, *number as u64);
                let expected = self.run_case(&Device::cpu(), &case)?;
                Ok((case, *element, expected))
            };
            for (case, element, expected) in chosen.par_iter().map(reference).collect::<Result<Vec<_>>>()? {
                for &block in blocks {
                    let got = self.run_case_in(block, device, &case)?;
                    self.compare(&case, element, block, &expected, &got, &mut verdict);
                }
            }
        }
        Ok(verdict)
    }

    /// A call with those quantities and seeded random arguments: floats on a coarse grid (ties) half of the time.
    pub fn case(&self, quantities: &[(&'static str, u64)], element: Dtype, seed: u64) -> Case {
        let of = |name: &str| quantities.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v);
        let ordered: Vec<u64> = self.quantity_names().map(of).collect();
        let value = |(i, param): (usize, &crate::Param)| {
            let dtype = param.element.unwrap_or(element);
            let value = match &param.kind {
                ParamKind::Scalar => Value::Scalar(scalar(dtype, of(param.name))),
                ParamKind::Buffer { access, shape, .. } => {
                    let shape: Vec<usize> = shape.iter().map(|e| (e.value)(&ordered) as usize).collect();
                    random(dtype, shape, Philox::new(seed, i as u64), *access, seed % 2 == 1)
                }
            };
            (param.name, value)
        };
        let values = self.params.iter().enumerate().map(value).collect();
        let mut case = Case { quantities: quantities.to_vec(), values };
        if let Some(prepare) = self.inputs {
            prepare(&mut case);
        }
        case
    }

    /// Runs a case on a device; returns its arguments afterwards.
    ///
    /// # Errors
    /// What [`run`](crate::run()) returns.
    pub fn run_case(&self, device: &Device, case: &Case) -> Result<Vec<Value>> {
        self.run_case_in(None, device, case)
    }

    fn run_case_in(&self, block: Option<u32>, device: &Device, case: &Case) -> Result<Vec<Value>> {
        let mut uploaded = case.upload(device)?;
        self.run_uploaded_as(&mut uploaded, Launching { block, times: None })?;
        uploaded.iter().map(Uploaded::download).collect()
    }

    /// Runs the kernel on arguments that are on a device already.
    ///
    /// # Errors
    /// What [`run`](crate::run()) returns.
    pub fn run_uploaded(&self, uploaded: &mut [Uploaded]) -> Result<()> {
        self.run_uploaded_as(uploaded, Launching::default())
    }

    pub(crate) fn run_uploaded_as(&self, uploaded: &mut [Uploaded], launching: Launching) -> Result<()> {
        let mut args: Vec<Arg> = self.params.iter().zip(uploaded).map(|(p, v)| v.arg(p)).collect();
        run_as(self, &mut args, launching)
    }

    fn combinations(&self) -> Vec<Vec<(&'static str, u64)>> {
        let mut all = vec![Vec::new()];
        for (name, values) in self.checks {
            let extend = |c: &Vec<(&'static str, u64)>| {
                let c = c.clone();
                values.iter().map(move |v| c.iter().copied().chain([(*name, *v)]).collect()).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(extend).collect();
        }
        all.retain(|c| {
            let of = |name: &str| c.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v);
            let ordered: Vec<u64> = self.quantity_names().map(of).collect();
            self.requires.iter().all(|r| (r.holds)(&ordered))
        });
        all
    }

    fn compare(
        &self,
        case: &Case,
        element: Dtype,
        block: Option<u32>,
        expected: &[Value],
        got: &[Value],
        verdict: &mut Verdict,
    ) {
        let quantities: Vec<u64> = self.quantity_names().map(|name| case.quantity(name)).collect();
        verdict.calls += 1;
        for ((param, expected), got) in self.params.iter().zip(expected).zip(got) {
            let (worst, at) = self.tolerance.worst_error(param.name, case, &quantities, expected, got);
            verdict.worst = verdict.worst.max(worst);
            if worst > 1.0 && verdict.failure.is_none() {
                let sizes: Vec<String> = case.quantities.iter().map(|(n, v)| format!("{n} = {v}")).collect();
                let blocks = block.map(|threads| format!(", blocks of {threads}")).unwrap_or_default();
                let place = format!("`{}` at {}, {element}{blocks}", param.name, sizes.join(", "));
                let (r, y) = (expected.doubles()[at], got.doubles()[at]);
                verdict.failure =
                    Some(format!("{place}: {worst:.3} of the tolerance, element {at} is {y:e}, not {r:e}"));
            }
        }
    }
}

fn scalar(dtype: Dtype, value: u64) -> Scalar {
    match dtype {
        Dtype::F32 => Scalar::F32(value as f32),
        Dtype::F64 => Scalar::F64(value as f64),
        Dtype::U8 => Scalar::U8(value as u8),
        Dtype::U16 => Scalar::U16(value as u16),
        Dtype::U32 => Scalar::U32(value as u32),
        Dtype::I32 => Scalar::I32(value as i32),
        Dtype::U64 => Scalar::U64(value),
        Dtype::I64 => Scalar::I64(value as i64),
        other => unreachable!("no {other} is passed by value"),
    }
}

/// Random values computed for one argument; a longer one, which only benchmarks have, repeats them.
const PERIOD: u64 = 1 << 22;

/// `len` values of a function, on all cores.
fn all<T: Copy + Send + Sync>(len: u64, value: impl Fn(u64) -> T + Sync + Send) -> Vec<T> {
    let once: Vec<T> = (0..len.min(PERIOD)).into_par_iter().map(value).collect();
    if len <= PERIOD {
        return once;
    }
    (0..len).into_par_iter().map(|i| once[(i % PERIOD) as usize]).collect()
}

/// Inputs are normal numbers; outputs are poison, so that an element nobody wrote is seen.
fn random(dtype: Dtype, shape: Vec<usize>, words: Philox, access: Access, ties: bool) -> Value {
    let len = shape.iter().product::<usize>() as u64;
    let normal = |i| {
        let x = words.normal(i);
        if ties { (x * 4.0).round() / 4.0 } else { x }
    };
    let real = |i| if access == Access::Out { f64::NAN } else { normal(i) };
    let word = |i| if access == Access::InOut { 0 } else { words.word(i) };
    match dtype {
        Dtype::F16 => Value::F16(shape, all(len, |i| f16::nearest(real(i)))),
        Dtype::BF16 => Value::BF16(shape, all(len, |i| bf16::nearest(real(i)))),
        Dtype::F32 => Value::F32(shape, all(len, |i| real(i) as f32)),
        Dtype::F64 => Value::F64(shape, all(len, real)),
        Dtype::C64 => Value::C64(shape, all(len, |i| c64::new(real(2 * i) as f32, real(2 * i + 1) as f32))),
        Dtype::C128 => Value::C128(shape, all(len, |i| c128::new(real(2 * i), real(2 * i + 1)))),
        Dtype::U8 => Value::U8(shape, all(len, |i| word(i) as u8)),
        Dtype::U16 => Value::U16(shape, all(len, |i| word(i) as u16)),
        Dtype::U32 => Value::U32(shape, all(len, word)),
        Dtype::I32 => Value::I32(shape, all(len, |i| word(i) as i32)),
        Dtype::U64 => Value::U64(shape, all(len, |i| word(i).into())),
        Dtype::I64 => Value::I64(shape, all(len, |i| word(i).into())),
    }
}
