//! What a kernel declaration says, as plain data.

mod judge;
mod settings;
mod twin;

pub use settings::{Block, Settings};

use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ItemFn, Result, Token, spanned::Spanned};

/// The element types a buffer can hold, as Rust and as CUDA spell them.
pub const ELEMENTS: [(&str, &str); 12] = [
    ("f16", "__half"),
    ("bf16", "__nv_bfloat16"),
    ("f32", "float"),
    ("f64", "double"),
    ("c64", "float2"),
    ("c128", "double2"),
    ("u8", "uint8_t"),
    ("u16", "uint16_t"),
    ("u32", "uint32_t"),
    ("i32", "int32_t"),
    ("u64", "uint64_t"),
    ("i64", "int64_t"),
];

/// One kernel: its name, its parameters with their shapes, how it is launched, checked and timed, and its reference.
#[derive(Clone)]
pub struct Declaration {
    /// The function as written, `#[kernel]` and parameter attributes removed: the reference.
    pub function: ItemFn,
    /// The parameters in order.
    pub params: Vec<Param>,
    /// The dimensions named in shapes, in order of first mention.
    pub dims: Vec<Ident>,
    /// The settings of `#[kernel(…)]`.
    pub settings: Settings,
    /// The kernel that it is a twin of, whose reference it shares.
    pub twin_of: Option<Ident>,
}

/// One parameter of a kernel.
#[derive(Clone)]
pub struct Param {
    /// Its name, the same on both faces.
    pub name: Ident,
    /// What is passed.
    pub kind: ParamKind,
    /// The element type: one of [`ELEMENTS`] or the kernel's type parameter.
    pub element: Ident,
    /// What its doc comment says, in one line.
    pub text: String,
    /// The `Domain` that a number must lie in: `#[domain(BASE)] base: f64`.
    pub domain: Option<syn::Path>,
}

/// What a parameter passes.
#[derive(Clone)]
pub enum ParamKind {
    /// A number by value.
    Scalar,
    /// A buffer with its shape.
    Buffer {
        /// The extents; each is a dimension or an expression of dimensions.
        shape: Vec<Expr>,
        /// Whether the first extent stands for all leading axes together: written `#[shape(r.., n)]`.
        leading: bool,
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

impl Declaration {
    /// Reads the arguments of `#[kernel(…)]` and the function under it: a kernel, and its twins after it.
    ///
    /// # Errors
    /// A setting or parameter that is not understood, with its place.
    pub fn parse(arguments: TokenStream, mut function: ItemFn) -> Result<Vec<Self>> {
        let settings: Settings = syn::parse2(arguments)?;
        let params = function.sig.inputs.iter_mut().map(Param::parse).collect::<Result<Vec<_>>>()?;
        let (dims, twins) = (dimensions(&params), settings.twins.clone());
        let declaration = Self { function, params, dims, settings, twin_of: None };
        judge::all(&declaration)?;
        let twins = twins.iter().map(|twin| twin.declaration(&declaration)).collect::<Result<Vec<_>>>()?;
        Ok([vec![declaration], twins].concat())
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
        let text = documentation(&self.function.attrs);
        text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The scalars, in order.
    pub fn scalars(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|p| matches!(p.kind, ParamKind::Scalar))
    }

    /// Dimensions and scalars: everything an expression of the declaration may name, in the order of its values.
    pub fn quantities(&self) -> Vec<&Ident> {
        self.dims.iter().chain(self.scalars().map(|p| &p.name)).collect()
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
        let text = one_line(&attributes);
        let marked = |mark: &str| attributes.iter().find(|a| a.path().is_ident(mark));
        let Some((slice, mutable)) = slice_of(&argument.ty) else {
            let domain = marked("domain").map(syn::Attribute::parse_args).transpose()?;
            return Ok(Self { name, kind: ParamKind::Scalar, element: plain(&argument.ty)?, text, domain });
        };
        let shape = marked("shape")
            .ok_or_else(|| Error::new(name.span(), format!("`{name}` needs its shape: `#[shape(n)]`")))?
            .parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
        let access = match (mutable, marked("inout").is_some()) {
            (false, _) => Access::In,
            (true, false) => Access::Out,
            (true, true) => Access::InOut,
        };
        let (leading, shape) = folded(shape.into_iter().collect())?;
        let kind = ParamKind::Buffer { shape, leading, access };
        Ok(Self { name, kind, element: plain(slice)?, text, domain: None })
    }
}

/// The extents, and whether the first was written `r..`: all leading axes together.
fn folded(mut shape: Vec<Expr>) -> Result<(bool, Vec<Expr>)> {
    let leading = matches!(shape.first(), Some(Expr::Range(_)));
    if let Some(Expr::Range(range)) = shape.first() {
        let dimension = range.start.as_deref().filter(|start| as_dimension(start).is_some() && range.end.is_none());
        let dimension = dimension.ok_or_else(|| Error::new(range.span(), "leading axes are one dimension: `r..`"))?;
        shape[0] = dimension.clone();
    }
    match shape.iter().find(|extent| matches!(extent, Expr::Range(_))) {
        Some(inner) => Err(Error::new(inner.span(), "only the first extent can stand for several axes")),
        None => Ok((leading, shape)),
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

/// The text of a doc comment.
pub fn documentation(attributes: &[syn::Attribute]) -> String {
    attributes.iter().filter_map(doc_line).map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The same in one line, as one speaks of a parameter.
pub fn one_line(attributes: &[syn::Attribute]) -> String {
    documentation(attributes).replace('\n', " ")
}

/// The same of a setting.
///
/// # Errors
/// There is none: who calls an operation by name would see a bare name.
pub fn description(attributes: &[syn::Attribute], setting: &Ident) -> Result<String> {
    let text = one_line(attributes);
    if text.is_empty() { Err(undescribed(setting)) } else { Ok(text) }
}

fn undescribed(setting: &Ident) -> Error {
    Error::new(setting.span(), format!("say what `{setting}` is in a doc comment: `kernels describe` prints it"))
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident("doc").then(|| text.value())
}
