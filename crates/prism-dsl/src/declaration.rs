//! What a kernel declaration says, as plain data.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ItemFn, LitInt, Path, Result, Token, bracketed, parenthesized, spanned::Spanned};

/// The element types a buffer can hold, as Rust and as CUDA spell them.
pub const ELEMENTS: [(&str, &str); 8] = [
    ("f32", "float"),
    ("f64", "double"),
    ("u8", "uint8_t"),
    ("u16", "uint16_t"),
    ("u32", "uint32_t"),
    ("i32", "int32_t"),
    ("u64", "uint64_t"),
    ("i64", "int64_t"),
];

/// One kernel: its name, its parameters with their shapes, how it is launched, checked and timed, and its reference.
pub struct Declaration {
    /// The function as written, `#[kernel]` and parameter attributes removed: the reference.
    pub function: ItemFn,
    /// The parameters in order.
    pub params: Vec<Param>,
    /// The dimensions named in shapes, in order of first mention.
    pub dims: Vec<Ident>,
    /// The settings of `#[kernel(…)]`.
    pub settings: Settings,
}

/// One parameter of a kernel.
pub struct Param {
    /// Its name, the same on both faces.
    pub name: Ident,
    /// What is passed.
    pub kind: ParamKind,
    /// The element type: one of [`ELEMENTS`] or the kernel's type parameter.
    pub element: Ident,
}

/// What a parameter passes.
pub enum ParamKind {
    /// A number by value.
    Scalar,
    /// A buffer with its shape.
    Buffer {
        /// The extents; each is a dimension or an expression of dimensions.
        shape: Vec<Expr>,
        /// What the kernel does to it.
        access: Access,
    },
}

/// What a kernel does to a buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads it.
    In,
    /// Writes every element, reads none.
    Out,
    /// Reads and writes it.
    InOut,
}

/// The settings of `#[kernel(…)]`.
#[derive(Default)]
pub struct Settings {
    /// The number of threads to launch.
    pub threads: Option<Expr>,
    /// Threads in a block, candidates in order; the first is the default.
    pub block: Vec<LitInt>,
    /// Conditions on dimensions and scalars, checked before every launch.
    pub requires: Vec<Expr>,
    /// The element types the type parameter takes.
    pub types: Vec<Ident>,
    /// Dimensions or scalars that get compiled constants, and for which values.
    pub specialise: Vec<(Vec<Ident>, Vec<Vec<LitInt>>)>,
    /// Values of dimensions and scalars whose cross product is checked for conformance.
    pub check: Vec<(Ident, Vec<LitInt>)>,
    /// The sizes the benchmark runs.
    pub bench: Vec<Vec<(Ident, LitInt)>>,
    /// Prepares inputs that satisfy the kernel's preconditions.
    pub inputs: Option<Path>,
    /// The tolerance class of the outputs, of `prism_device::Tolerance`.
    pub tolerance: Option<Expr>,
    /// Arithmetic operations, for the roofline.
    pub ops: Option<Expr>,
}

impl Declaration {
    /// Reads the arguments of `#[kernel(…)]` and the function under it.
    ///
    /// # Errors
    /// A setting or parameter that is not understood, with its place.
    pub fn parse(arguments: TokenStream, mut function: ItemFn) -> Result<Self> {
        let settings = Settings::parse.parse2(arguments)?;
        let params = function.sig.inputs.iter_mut().map(Param::parse).collect::<Result<Vec<_>>>()?;
        let dims = dimensions(&params);
        let declaration = Self { function, params, dims, settings };
        declaration.judge()?;
        Ok(declaration)
    }

    /// The kernel's name.
    pub fn name(&self) -> &Ident {
        &self.function.sig.ident
    }

    /// The type parameter, when the kernel has one.
    pub fn type_parameter(&self) -> Option<&Ident> {
        self.function.sig.generics.type_params().next().map(|t| &t.ident)
    }

    /// The first line of the doc comment.
    pub fn summary(&self) -> String {
        let lines = self.function.attrs.iter().filter_map(doc_line).map(|line| line.trim().to_owned());
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The scalars, in order.
    pub fn scalars(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|p| matches!(p.kind, ParamKind::Scalar))
    }

    /// Dimensions and scalars: everything an expression of the declaration may name, in the order of its values.
    pub fn quantities(&self) -> Vec<&Ident> {
        self.dims.iter().chain(self.scalars().map(|p| &p.name)).collect()
    }

    fn judge(&self) -> Result<()> {
        let name = self.name();
        let missing = |what: &str| Err(Error::new(name.span(), format!("kernel `{name}`: {what}")));
        if self.settings.threads.is_none() {
            return missing("say how many threads it needs: `threads = n`");
        }
        if self.settings.block.is_empty() {
            return missing("say its block sizes, the default first: `block = [256, 128]`");
        }
        if self.type_parameter().is_some() == self.settings.types.is_empty() {
            return missing("a type parameter and `types(f32, f64)` go together");
        }
        for (names, _) in &self.settings.specialise {
            if let Some(unknown) = names.iter().find(|n| !self.quantities().contains(n)) {
                return Err(Error::new(unknown.span(), format!("`{unknown}` is neither a dimension nor a scalar")));
            }
        }
        Ok(())
    }
}

impl Param {
    fn parse(argument: &mut syn::FnArg) -> Result<Self> {
        let syn::FnArg::Typed(argument) = argument else {
            return Err(Error::new(argument.span(), "a kernel takes no self"));
        };
        let syn::Pat::Ident(pattern) = argument.pat.as_ref() else {
            return Err(Error::new(argument.pat.span(), "a kernel parameter is a plain name"));
        };
        let name = pattern.ident.clone();
        let attributes = std::mem::take(&mut argument.attrs);
        let marked = |mark: &str| attributes.iter().find(|a| a.path().is_ident(mark));
        let Some((slice, mutable)) = slice_of(&argument.ty) else {
            return Ok(Self { name, kind: ParamKind::Scalar, element: plain(&argument.ty)? });
        };
        let shape = marked("shape")
            .ok_or_else(|| Error::new(name.span(), format!("`{name}` needs its shape: `#[shape(n)]`")))?
            .parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
        let access = match (mutable, marked("inout").is_some()) {
            (false, _) => Access::In,
            (true, false) => Access::Out,
            (true, true) => Access::InOut,
        };
        let kind = ParamKind::Buffer { shape: shape.into_iter().collect(), access };
        Ok(Self { name, kind, element: plain(slice)? })
    }
}

fn slice_of(ty: &syn::Type) -> Option<(&syn::Type, bool)> {
    let syn::Type::Reference(reference) = ty else { return None };
    let syn::Type::Slice(slice) = reference.elem.as_ref() else { return None };
    Some((&slice.elem, reference.mutability.is_some()))
}

fn plain(ty: &syn::Type) -> Result<Ident> {
    match ty {
        syn::Type::Path(path) => path.path.require_ident().cloned(),
        _ => Err(Error::new(ty.span(), "a kernel parameter is a number, `&[T]` or `&mut [T]`")),
    }
}

/// The plain names in all shapes, each once.
fn dimensions(params: &[Param]) -> Vec<Ident> {
    let mut dims: Vec<Ident> = Vec::new();
    for param in params {
        let ParamKind::Buffer { shape, .. } = &param.kind else { continue };
        for extent in shape.iter().filter_map(as_dimension) {
            if !dims.contains(extent) {
                dims.push(extent.clone());
            }
        }
    }
    dims
}

/// The dimension an extent names, when it is no more than a name.
pub fn as_dimension(extent: &Expr) -> Option<&Ident> {
    match extent {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident("doc").then(|| text.value())
}

impl Parse for Settings {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut settings = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            settings.parse_one(&key, input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(settings)
    }
}

impl Settings {
    fn parse_one(&mut self, key: &Ident, input: ParseStream) -> Result<()> {
        match key.to_string().as_str() {
            "threads" => self.threads = Some(after_equals(input)?),
            "ops" => self.ops = Some(after_equals(input)?),
            "tolerance" => self.tolerance = Some(after_equals(input)?),
            "inputs" => self.inputs = Some(after_equals(input)?),
            "block" => {
                input.parse::<Token![=]>()?;
                self.block = integers(input)?;
            }
            "requires" => self.requires = in_parentheses(input)?,
            "types" => self.types = in_parentheses(input)?,
            "specialise" => self.specialise = in_parentheses::<Special>(input)?.into_iter().map(|s| s.0).collect(),
            "check" => self.check = in_parentheses::<Values>(input)?.into_iter().map(|v| v.0).collect(),
            "bench" => {
                let sizes = in_parentheses::<Size>(input)?.into_iter().map(|s| s.0).collect();
                self.bench.push(sizes);
            }
            _ => return Err(Error::new(key.span(), format!("`{key}` is no setting of a kernel"))),
        }
        Ok(())
    }
}

struct Special((Vec<Ident>, Vec<Vec<LitInt>>));
struct Values((Ident, Vec<LitInt>));
struct Size((Ident, LitInt));

impl Parse for Special {
    fn parse(input: ParseStream) -> Result<Self> {
        if !input.peek(syn::token::Paren) {
            let Values((name, values)) = input.parse()?;
            return Ok(Self((vec![name], values.into_iter().map(|v| vec![v]).collect())));
        }
        let names = in_parentheses(input)?;
        input.parse::<Token![=]>()?;
        let rows;
        bracketed!(rows in input);
        let rows = rows.parse_terminated(in_parentheses::<LitInt>, Token![,])?;
        Ok(Self((names, rows.into_iter().collect())))
    }
}

impl Parse for Values {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self((name, integers(input)?)))
    }
}

impl Parse for Size {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self((name, input.parse()?)))
    }
}

fn after_equals<P: Parse>(input: ParseStream) -> Result<P> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn in_parentheses<P: Parse>(input: ParseStream) -> Result<Vec<P>> {
    let inside;
    parenthesized!(inside in input);
    Ok(inside.parse_terminated(P::parse, Token![,])?.into_iter().collect())
}

fn integers(input: ParseStream) -> Result<Vec<LitInt>> {
    let inside;
    bracketed!(inside in input);
    Ok(inside.parse_terminated(<LitInt as Parse>::parse, Token![,])?.into_iter().collect())
}
