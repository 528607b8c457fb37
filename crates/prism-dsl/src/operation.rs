//! Reads a function with `#[operation(…)]`; prints the function and beside it `<name>_operation()`, which describes it
//! and calls it by names.

use crate::declaration::{ELEMENTS, description, documentation};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, GenericArgument, ItemFn, PathArguments, Result, Token, Type, parenthesized, spanned::Spanned};

/// The arguments of `#[operation(…)]`.
#[derive(Default)]
pub struct Arguments {
    /// The element types of the function's type parameter.
    types: Vec<Ident>,
    /// The kernels it may launch: their constants.
    kernels: Vec<syn::Path>,
    /// The name of the one output, where it is no struct of outputs.
    output: Option<Ident>,
    /// The inputs that are rows, with the number of axes of a row.
    rows: Vec<Rows>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut arguments = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            let inside;
            parenthesized!(inside in input);
            match key.to_string().as_str() {
                "types" => arguments.types = list(&inside)?,
                "kernels" => arguments.kernels = list(&inside)?,
                "rows" => arguments.rows = list(&inside)?,
                "output" => arguments.output = Some(inside.parse()?),
                _ => return Err(Error::new(key.span(), format!("`{key}` is no setting of an operation"))),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

/// `x = 1`: an input, and the axes of one of its rows.
struct Rows(Ident, syn::LitInt);

impl Parse for Rows {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self(name, input.parse()?))
    }
}

fn list<P: Parse>(input: ParseStream) -> Result<Vec<P>> {
    Ok(input.parse_terminated(P::parse, Token![,])?.into_iter().collect())
}

/// What stands under one parameter of the function.
enum Role {
    /// `&Buffer<T>`, `Option<&Buffer<T>>`, `&[&Buffer<T>]`, `&mut Buffer<T>`, `Option<&mut Buffer<T>>`.
    Buffer { number: &'static str, element: Type },
    /// `&Device`.
    Device,
    /// `&Settings`.
    Settings(Type),
    /// A single setting, its doc comment before it: `#[default(1)] m: u32`.
    Parameter { ty: Type, default: Expr, text: String },
}

/// The function, and its description.
///
/// # Errors
/// A parameter that is no buffer, device or settings; types that are missing.
pub fn print(arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    let mut function = function.clone();
    let parameters = function.sig.inputs.iter_mut().map(parameter).collect::<Result<Vec<_>>>()?;
    let function = &function;
    let generic = function.sig.generics.type_params().next().map(|t| t.ident.clone());
    if generic.is_some() == arguments.types.is_empty() {
        return Err(Error::new(function.sig.ident.span(), "a type parameter and `types(f32, f64)` go together"));
    }
    let name = &function.sig.ident;
    let describing = format_ident!("{name}_operation");
    let (text, title) = (documentation(&function.attrs), format!("[`{name}`] by names."));
    let (name_text, visibility) = (name.to_string(), &function.vis);
    let types = arguments.types.iter().map(dtype);
    let kernels = &arguments.kernels;
    let rows = arguments.rows.iter().map(|Rows(input, axes)| {
        let input = input.to_string();
        quote!(::prism_device::operation::Rows { input: #input, axes: #axes })
    });
    let inputs = parameters.iter().filter_map(|(name, role)| input(name, role, generic.as_ref()));
    let settings = settings_type(&parameters);
    let alone = parameters.iter().filter_map(|(name, role)| alone(name, role));
    let outputs = in_first_type(arguments, generic.as_ref(), &outputs(arguments, function)?);
    let call = call(arguments, function, &parameters, generic.as_ref())?;
    Ok(quote! {
        #function

        #[doc = #title]
        #visibility fn #describing() -> ::prism_device::Operation {
            ::prism_device::Operation {
                name: #name_text,
                documentation: #text,
                source: file!(),
                types: &[#(#types),*],
                inputs: vec![#(#inputs),*],
                parameters: {
                    let mut parameters = <#settings as ::prism_device::operation::Settings>::parameters();
                    parameters.extend([#(#alone),*] as [::prism_device::operation::Parameter; _]);
                    parameters
                },
                outputs: #outputs,
                kernels: vec![#(&#kernels),*],
                rows: vec![#(#rows),*],
                call: Box::new(#call),
            }
        }
    })
}

fn parameter(argument: &mut syn::FnArg) -> Result<(Ident, Role)> {
    let span = argument.span();
    let unknown =
        || Error::new(span, "an operation takes buffers, `&Device`, one struct of settings, `#[default(…)]` numbers");
    let syn::FnArg::Typed(typed) = argument else { return Err(unknown()) };
    let syn::Pat::Ident(pattern) = typed.pat.as_ref() else { return Err(unknown()) };
    let default =
        typed.attrs.iter().find(|a| a.path().is_ident("default")).map(syn::Attribute::parse_args).transpose()?;
    let attributes = std::mem::take(&mut typed.attrs);
    let role = match default {
        Some(default) => {
            Role::Parameter { ty: (*typed.ty).clone(), default, text: description(&attributes, &pattern.ident)? }
        }
        None => role(&typed.ty).ok_or_else(unknown)?,
    };
    Ok((pattern.ident.clone(), role))
}

/// The description of a single setting.
fn alone(name: &Ident, role: &Role) -> Option<TokenStream> {
    let Role::Parameter { ty, default, text } = role else { return None };
    let name = name.to_string();
    Some(quote!(::prism_device::operation::Parameter {
        name: #name,
        aliases: &[],
        documentation: #text,
        expects: <#ty as ::prism_device::operation::Setting>::expects(),
        default: Some(<#ty as ::prism_device::operation::Setting>::show(&#default)),
    }))
}

fn role(ty: &Type) -> Option<Role> {
    let buffer = |number, element: &Type| Some(Role::Buffer { number, element: element.clone() });
    if let Some(inside) = argument_of(ty, "Option") {
        let Type::Reference(reference) = inside else { return None };
        let number = if reference.mutability.is_some() { "OptionalInPlace" } else { "Optional" };
        return buffer(number, argument_of(&reference.elem, "Buffer")?);
    }
    let Type::Reference(reference) = ty else { return None };
    if let Type::Slice(slice) = reference.elem.as_ref() {
        let Type::Reference(item) = slice.elem.as_ref() else { return None };
        return buffer("Several", argument_of(&item.elem, "Buffer")?);
    }
    if let Some(element) = argument_of(&reference.elem, "Buffer") {
        return buffer(if reference.mutability.is_some() { "InPlace" } else { "One" }, element);
    }
    let Type::Path(path) = reference.elem.as_ref() else { return None };
    Some(if path.path.is_ident("Device") { Role::Device } else { Role::Settings((*reference.elem).clone()) })
}

/// `X` of `name<X>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn input(name: &Ident, role: &Role, generic: Option<&Ident>) -> Option<TokenStream> {
    let Role::Buffer { number, element } = role else { return None };
    let (name, number) = (name.to_string(), format_ident!("{number}"));
    let element = match element {
        Type::Path(path) if generic.is_some_and(|g| path.path.is_ident(g)) => quote!(None),
        Type::Path(path) => path.path.get_ident().map_or(quote!(None), |ident| {
            let dtype = dtype(ident);
            quote!(Some(#dtype))
        }),
        _ => quote!(None),
    };
    Some(quote!(::prism_device::operation::Input {
        name: #name,
        element: #element,
        number: ::prism_device::operation::Number::#number,
    }))
}

fn settings_type(parameters: &[(Ident, Role)]) -> TokenStream {
    let of =
        parameters.iter().find_map(|(_, role)| if let Role::Settings(ty) = role { Some(quote!(#ty)) } else { None });
    of.unwrap_or(quote!(()))
}

/// What the function returns, without its `Result`.
fn returned(function: &ItemFn) -> Result<&Type> {
    let refused = || Error::new(function.sig.ident.span(), "an operation returns a `Result`");
    let syn::ReturnType::Type(_, ty) = &function.sig.output else { return Err(refused()) };
    argument_of(ty, "Result").ok_or_else(refused)
}

fn only(arguments: &Arguments) -> String {
    arguments.output.as_ref().map_or("y".into(), ToString::to_string)
}

fn outputs(arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    let (returned, only) = (returned(function)?, only(arguments));
    Ok(quote!(<#returned as ::prism_device::operation::Outputs>::outputs(#only)))
}

/// An expression in which the type parameter is the first of the types.
fn in_first_type(arguments: &Arguments, generic: Option<&Ident>, expression: &TokenStream) -> TokenStream {
    let (Some(generic), Some(first)) = (generic, arguments.types.first()) else { return expression.clone() };
    let path = element_path(first);
    quote!({ type #generic = #path; #expression })
}

fn call(
    arguments: &Arguments,
    function: &ItemFn,
    parameters: &[(Ident, Role)],
    generic: Option<&Ident>,
) -> Result<TokenStream> {
    let (name, only, returned) = (&function.sig.ident, only(arguments), returned(function)?);
    let takes = parameters.iter().filter_map(|(name, role)| take(name, role));
    let passed = parameters.iter().map(|(name, role)| pass(name, role));
    let back = parameters.iter().filter_map(|(name, role)| give_back(name, role));
    let settings = settings_type(parameters);
    let body = quote! {{
        #(#takes)*
        let settings = call.settings::<#settings>()?;
        let _ = &settings;
        let returned: #returned = #name(#(#passed),*)?;
        let mut made = ::prism_device::operation::Outputs::made(returned, #only);
        #(#back)*
        Ok(made)
    }};
    let Some(generic) = generic else {
        return Ok(quote!(|mut call: ::prism_device::operation::Call<'_>| { let _ = &mut call; #body }));
    };
    let tags = arguments.types.iter().map(dtype);
    let paths = arguments.types.iter().map(element_path);
    Ok(quote!(|mut call: ::prism_device::operation::Call<'_>| { let _ = &mut call; match call.element {
        #(#tags => { type #generic = #paths; #body })*
        other => unreachable!("the element type {other} was refused before the call"),
    }}))
}

fn take(name: &Ident, role: &Role) -> Option<TokenStream> {
    let Role::Buffer { number, element } = role else { return None };
    let text = name.to_string();
    match *number {
        "InPlace" => Some(quote!(let mut #name = call.taken::<#element>(#text)?;)),
        "OptionalInPlace" => Some(quote!(let mut #name = call.take::<#element>(#text)?;)),
        _ => None,
    }
}

fn pass(name: &Ident, role: &Role) -> TokenStream {
    let text = name.to_string();
    match role {
        Role::Device => quote!(&call.device),
        Role::Settings(_) => quote!(&settings),
        Role::Parameter { default, .. } => quote!(call.parameter(#text)?.unwrap_or(#default)),
        Role::Buffer { number, element } => match *number {
            "One" => quote!(call.one::<#element>(#text)?),
            "Optional" => quote!(call.optional::<#element>(#text)?),
            "Several" => quote!(&call.several::<#element>(#text)?),
            "InPlace" => quote!(&mut #name),
            _ => quote!(#name.as_mut()),
        },
    }
}

fn give_back(name: &Ident, role: &Role) -> Option<TokenStream> {
    let Role::Buffer { number, .. } = role else { return None };
    let text = name.to_string();
    match *number {
        "InPlace" => Some(quote!(made.push((#text, Box::new(#name)));)),
        "OptionalInPlace" => Some(quote!(if let Some(buffer) = #name { made.push((#text, Box::new(buffer))); })),
        _ => None,
    }
}

fn dtype(element: &Ident) -> TokenStream {
    let tag = format_ident!("{}", element.to_string().to_uppercase());
    quote!(::prism_device::Dtype::#tag)
}

/// An element type where the function's module need not have imported it.
pub fn element_path(element: &Ident) -> TokenStream {
    debug_assert!(ELEMENTS.iter().any(|(rust, _)| element == rust));
    match element.to_string().as_str() {
        "f16" | "bf16" | "c64" | "c128" => quote!(::prism_device::#element),
        _ => quote!(#element),
    }
}
