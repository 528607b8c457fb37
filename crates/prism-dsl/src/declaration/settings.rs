//! The settings of `#[kernel(…)]` and how they are read.

use super::twin::Twin;
use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, LitInt, Path, Result, Token, bracketed, parenthesized};

/// The settings of `#[kernel(…)]`.
#[derive(Default, Clone)]
pub struct Settings {
    /// The number of threads to launch. As those of `block` and `shared`, its expression may name `bytes`, the size of an
    /// element.
    pub threads: Option<Expr>,
    /// Threads in a block.
    pub block: Option<Block>,
    /// Bytes of shared memory of a block beside what the device function declares itself.
    pub shared: Option<Expr>,
    /// Conditions on dimensions and scalars, checked before every launch.
    pub requires: Vec<Expr>,
    /// Dimensions of 64 bits in CUDA; others have 32.
    pub wide: Vec<Ident>,
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
    /// Whether the kernel is an operation of the catalogue as it stands.
    pub operation: bool,
    /// Values of scalars that a call by name need not give.
    pub default: Vec<(Ident, Expr)>,
    /// Names of the values 0, 1, … of scalars.
    pub choices: Vec<(Ident, Vec<Ident>)>,
    /// Other kernels of the same parameters and reference.
    pub twins: Vec<Twin>,
}

/// Threads in a block.
#[derive(Clone)]
pub enum Block {
    /// Sizes that a launch may choose from, the default first: `block = [256, 128]`.
    Candidates(Vec<LitInt>),
    /// The one size that suits the quantities, up to [`LARGEST`](Self::LARGEST): `block = row_threads(n)`.
    Needed(Expr),
}

impl Block {
    /// The most threads that any device takes.
    pub const LARGEST: u32 = 1024;
}

impl Parse for Block {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(syn::token::Bracket) {
            Ok(Self::Candidates(integers(input)?))
        } else {
            Ok(Self::Needed(input.parse()?))
        }
    }
}

impl Parse for Settings {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut settings = Self::default();
        settings.replace(input)?;
        Ok(settings)
    }
}

impl Settings {
    /// Reads settings in place of those there are.
    pub(super) fn replace(&mut self, input: ParseStream) -> Result<()> {
        let mut inherited = std::mem::take(&mut self.bench);
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            self.parse_one(&key, input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if self.bench.is_empty() {
            std::mem::swap(&mut self.bench, &mut inherited);
        }
        Ok(())
    }

    fn parse_one(&mut self, key: &Ident, input: ParseStream) -> Result<()> {
        match key.to_string().as_str() {
            "threads" => self.threads = Some(after_equals(input)?),
            "shared" => self.shared = Some(after_equals(input)?),
            "ops" => self.ops = Some(after_equals(input)?),
            "tolerance" => self.tolerance = Some(after_equals(input)?),
            "inputs" => self.inputs = Some(after_equals(input)?),
            "operation" => self.operation = true,
            "default" => self.default = in_parentheses::<Preset>(input)?.into_iter().map(|d| d.0).collect(),
            "choices" => self.choices = in_parentheses::<Choices>(input)?.into_iter().map(|c| c.0).collect(),
            "block" => self.block = Some(after_equals(input)?),
            "requires" => self.requires = in_parentheses(input)?,
            "wide" => self.wide = in_parentheses(input)?,
            "types" => self.types = in_parentheses(input)?,
            "specialise" => self.specialise = in_parentheses::<Special>(input)?.into_iter().map(|s| s.0).collect(),
            "check" => self.check = in_parentheses::<Values>(input)?.into_iter().map(|v| v.0).collect(),
            "bench" => {
                let sizes = in_parentheses::<Size>(input)?.into_iter().map(|s| s.0).collect();
                self.bench.push(sizes);
            }
            "twin" => self.twins.push(Twin::parse(input)?),
            _ => return Err(Error::new(key.span(), format!("`{key}` is no setting of a kernel"))),
        }
        Ok(())
    }
}

struct Special((Vec<Ident>, Vec<Vec<LitInt>>));
struct Values((Ident, Vec<LitInt>));
struct Size((Ident, LitInt));
struct Preset((Ident, Expr));
struct Choices((Ident, Vec<Ident>));

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

impl Parse for Preset {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        Ok(Self((name, after_equals(input)?)))
    }
}

impl Parse for Choices {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let names;
        bracketed!(names in input);
        Ok(Self((
            name,
            names.parse_terminated(<Ident as syn::ext::IdentExt>::parse_any, Token![,])?.into_iter().collect(),
        )))
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
