//! Prints the Rust face of a declaration: the safe call, the reference and the `Entry`.

use crate::declaration::{Access, Block, Declaration, Param, ParamKind, Settings};
use crate::operation::element_path;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The items that declarations expand to.
///
/// `knn_radius` becomes the call `knn_radius(&Buffer, …) -> Result<()>`, the plain function
/// `knn_radius_reference(&[T], …, dims)` and the constant `KNN_RADIUS: Entry`.
pub fn print(declarations: &[Declaration]) -> TokenStream {
    declarations.iter().map(items).collect()
}

fn items(declaration: &Declaration) -> TokenStream {
    let call = call(declaration);
    let reference = reference(declaration);
    let entry = entry(declaration);
    quote! { #call #reference #entry }
}

fn call(declaration: &Declaration) -> TokenStream {
    let (function, name) = (&declaration.function, declaration.name());
    let (attributes, visibility, generics) = (&function.attrs, &function.vis, &function.sig.generics);
    let entry = entry_name(declaration);
    let params = declaration.params.iter().map(call_parameter);
    let arguments = declaration.params.iter().map(call_argument);
    quote! {
        #(#attributes)*
        ///
        /// # Errors
        /// A buffer has the wrong shape or lives on another device, a requirement is not met, or the device fails.
        #visibility fn #name #generics (#(#params),*) -> ::prism_device::Result<()> {
            ::prism_device::run(&#entry, &mut [#(#arguments),*])
        }
    }
}

fn call_parameter(param: &Param) -> TokenStream {
    let (name, element) = (&param.name, &param.element);
    match param.kind {
        ParamKind::Scalar => quote!(#name: #element),
        ParamKind::Buffer { access: Access::In, .. } => quote!(#name: &impl ::prism_device::View<#element>),
        ParamKind::Buffer { .. } => quote!(#name: &mut ::prism_device::Buffer<#element>),
    }
}

fn call_argument(param: &Param) -> TokenStream {
    let name = &param.name;
    match param.kind {
        ParamKind::Scalar => quote!(::prism_device::Arg::Scalar(#name.into())),
        ParamKind::Buffer { access: Access::In, .. } => quote!(::prism_device::Arg::In(#name)),
        ParamKind::Buffer { .. } => quote!(::prism_device::Arg::Out(#name)),
    }
}

fn reference(declaration: &Declaration) -> TokenStream {
    let function = &declaration.function;
    let (generics, body) = (&function.sig.generics, &function.block);
    let inputs = function.sig.inputs.iter();
    let name = reference_name(declaration.name());
    if let Some(twin) = &declaration.twin_of {
        let shared = reference_name(twin);
        return quote!(pub use self::#shared as #name;);
    }
    let dims = &declaration.dims;
    let summary = format!("The reference of [`{}`]: the definition in plain loops.", declaration.name());
    quote! {
        #[doc = #summary]
        #[allow(clippy::too_many_arguments, unused_variables)]
        pub fn #name #generics (#(#inputs,)* #(#dims: usize),*) #body
    }
}

fn entry(declaration: &Declaration) -> TokenStream {
    let name = declaration.name().to_string();
    let (entry, summary) = (entry_name(declaration), declaration.summary());
    let documentation = crate::declaration::documentation(&declaration.function.attrs);
    let title = format!("The declaration of [`{name}`].");
    let (artifact, hash) = (format!("/{name}.ptx.deflate"), format!("/{name}.ptx.hash"));
    let params = declaration.params.iter().map(|p| entry_parameter(declaration, p));
    let dims = declaration.dims.iter().map(ToString::to_string);
    let shim = shim(declaration);
    let settings = entry_settings(declaration);
    quote! {
        #[doc = #title]
        pub static #entry: ::prism_device::Entry = ::prism_device::Entry {
            name: #name,
            summary: #summary,
            documentation: #documentation,
            source: file!(),
            params: &[#(#params),*],
            dims: &[#(#dims),*],
            #settings
            reference: #shim,
            deflated_ptx: include_bytes!(concat!(env!("OUT_DIR"), #artifact)),
            ptx_hash: include_str!(concat!(env!("OUT_DIR"), #hash)),
        };
    }
}

fn entry_parameter(declaration: &Declaration, param: &Param) -> TokenStream {
    let (name, element) = (param.name.to_string(), param.element.to_string().to_uppercase());
    let element = if Some(&param.element) == declaration.type_parameter() {
        quote!(None)
    } else {
        let element = format_ident!("{element}");
        quote!(Some(::prism_device::Dtype::#element))
    };
    let kind = match &param.kind {
        ParamKind::Scalar => quote!(::prism_device::ParamKind::Scalar),
        ParamKind::Buffer { shape, leading, access } => {
            let access = match access {
                Access::In => quote!(In),
                Access::Out => quote!(Out),
                Access::InOut => quote!(InOut),
            };
            let written = shape.iter().map(|e| quote!(#e).to_string());
            let extents = shape.iter().map(|e| function_of_quantities(declaration, e, &quote!(u64)));
            let dims = shape.iter().map(|e| dimension_index(declaration, e));
            quote!(::prism_device::ParamKind::Buffer {
                access: ::prism_device::Access::#access,
                shape: &[#(::prism_device::Extent { text: #written, dim: #dims, value: #extents }),*],
                leading: #leading,
            })
        }
    };
    let text = &param.text;
    let domain = param.domain.as_ref().map_or(quote!(None), |path| quote!(Some(&#path)));
    quote!(::prism_device::Param {
        name: #name,
        documentation: #text,
        element: #element,
        kind: #kind,
        domain: #domain,
    })
}

fn dimension_index(declaration: &Declaration, extent: &syn::Expr) -> TokenStream {
    let index = crate::declaration::as_dimension(extent).and_then(|d| declaration.dims.iter().position(|x| x == d));
    index.map_or(quote!(None), |i| quote!(Some(#i)))
}

fn entry_settings(declaration: &Declaration) -> TokenStream {
    let settings = &declaration.settings;
    let Settings { threads, requires, wide, types, specialise, check, bench, inputs, tolerance, ops, .. } = settings;
    let by_name = settings_by_name(settings);
    let types = types.iter().map(|t| format_ident!("{}", t.to_string().to_uppercase()));
    let wide = wide.iter().map(ToString::to_string);
    let requires = requires.iter().map(|condition| {
        let (text, holds) =
            (quote!(#condition).to_string(), function_of_quantities(declaration, condition, &quote!(bool)));
        quote!(::prism_device::Requirement { text: #text, holds: #holds })
    });
    let constants = specialise.iter().map(|(names, rows)| {
        let names = names.iter().map(ToString::to_string);
        let rows = rows.iter().map(|row| quote!(&[#(#row),*]));
        quote!(::prism_device::Constants { names: &[#(#names),*], rows: &[#(#rows),*] })
    });
    let checks = check.iter().map(|(name, values)| {
        let name = name.to_string();
        quote!((#name, &[#(#values),*]))
    });
    let benches = bench.iter().map(|sizes| {
        let sizes = sizes.iter().map(|(name, value)| {
            let name = name.to_string();
            quote!((#name, #value))
        });
        quote!(&[#(#sizes),*])
    });
    let threads = threads.as_ref().map(|e| function_of_launch(declaration, e));
    let block = block(declaration);
    let shared = settings.shared.as_ref().map_or(quote!(None), |e| {
        let bytes = function_of_launch(declaration, e);
        quote!(Some(#bytes))
    });
    let ops = ops.as_ref().map_or(quote!(None), |e| {
        let ops = function_of_quantities(declaration, e, &quote!(u64));
        quote!(Some(#ops))
    });
    let inputs = inputs.as_ref().map_or(quote!(None), |path| quote!(Some(#path)));
    let tolerance = tolerance.as_ref().map_or(quote!(Exact), |t| tolerance_class(declaration, t));
    quote! {
        #by_name
        wide: &[#(#wide),*],
        types: &[#(::prism_device::Dtype::#types),*],
        threads: #threads,
        block: #block,
        shared: #shared,
        requires: &[#(#requires),*],
        constants: &[#(#constants),*],
        checks: &[#(#checks),*],
        benches: &[#(#benches),*],
        inputs: #inputs,
        tolerance: ::prism_device::Tolerance::#tolerance,
        ops: #ops,
    }
}

fn block(declaration: &Declaration) -> TokenStream {
    match &declaration.settings.block {
        Some(Block::Needed(size)) => {
            let size = function_of_launch(declaration, size);
            quote!(::prism_device::BlockSize::Needed(#size))
        }
        Some(Block::Candidates(sizes)) => quote!(::prism_device::BlockSize::Candidates(&[#(#sizes),*])),
        None => quote!(::prism_device::BlockSize::Candidates(&[])),
    }
}

/// What only calls by name need.
fn settings_by_name(settings: &Settings) -> TokenStream {
    let is_operation = settings.operation;
    let defaults = settings.default.iter().map(|(name, value)| {
        let (name, value) = (name.to_string(), quote!(#value).to_string().replace(' ', ""));
        quote!((#name, #value))
    });
    let choices = settings.choices.iter().map(|(name, names)| {
        let (name, names) = (name.to_string(), names.iter().map(ToString::to_string));
        quote!((#name, &[#(#names),*]))
    });
    quote! {
        is_operation: #is_operation,
        defaults: &[#(#defaults),*],
        choices: &[#(#choices),*],
    }
}

/// A tolerance as written; `Sum(terms)` and `Sum(terms, magnitude)` carry an expression of quantities.
fn tolerance_class(declaration: &Declaration, written: &syn::Expr) -> TokenStream {
    let syn::Expr::Call(call) = written else { return quote!(#written) };
    let syn::Expr::Path(class) = call.func.as_ref() else { return quote!(#written) };
    let Some(terms) = call.args.first().filter(|_| class.path.is_ident("Sum")) else { return quote!(#written) };
    let terms = function_of_quantities(declaration, terms, &quote!(u64));
    let magnitude = call.args.get(1).map_or(quote!(None), |path| quote!(Some(#path)));
    quote!(Sum { terms: #terms, magnitude: #magnitude })
}

/// A function from the bound dimensions and scalars to the value of an expression over their names.
fn function_of_quantities(declaration: &Declaration, expression: &syn::Expr, result: &TokenStream) -> TokenStream {
    function(declaration, expression, result, &quote!(quantities: &[u64]))
}

/// The same for what shapes a launch, where the size of an element, `bytes`, has a name too.
fn function_of_launch(declaration: &Declaration, expression: &syn::Expr) -> TokenStream {
    function(declaration, expression, &quote!(u64), &quote!(quantities: &[u64], bytes: u64))
}

fn function(
    declaration: &Declaration,
    expression: &syn::Expr,
    result: &TokenStream,
    parameters: &TokenStream,
) -> TokenStream {
    let names = declaration.quantities();
    let positions = 0..names.len();
    quote! {
        {
            #[allow(unused_variables, clippy::identity_op, clippy::manual_is_multiple_of)]
            fn value(#parameters) -> #result {
                #(let #names = quantities[#positions];)*
                #expression
            }
            value
        }
    }
}

/// From untyped arguments to the typed reference.
fn shim(declaration: &Declaration) -> TokenStream {
    let names: Vec<&Ident> = declaration.params.iter().map(|p| &p.name).collect();
    let dims: Vec<usize> = (0..declaration.dims.len()).collect();
    let arguments: Vec<TokenStream> = declaration.params.iter().map(shim_argument).collect();
    let reference = reference_name(declaration.name());
    let body = quote!(#reference(#(#arguments,)* #(quantities[#dims] as usize),*));
    let body = match declaration.type_parameter() {
        None => body,
        Some(parameter) => {
            let types = &declaration.settings.types;
            let dtypes = types.iter().map(|t| format_ident!("{}", t.to_string().to_uppercase()));
            let paths = types.iter().map(element_path);
            quote! {
                match element {
                    #(::prism_device::Dtype::#dtypes => { type #parameter = #paths; #body })*
                    other => unreachable!("the element type {other} was refused when the arguments were bound"),
                }
            }
        }
    };
    quote! {
        |args, quantities, element| {
            let _ = (element, quantities);
            let [#(#names),*] = args else { unreachable!("the number of arguments was checked when they were bound") };
            #body
        }
    }
}

fn shim_argument(param: &Param) -> TokenStream {
    let (name, element) = (&param.name, &param.element);
    match param.kind {
        ParamKind::Scalar => quote!(#name.scalar::<#element>()),
        ParamKind::Buffer { access: Access::In, .. } => quote!(#name.host::<#element>()),
        ParamKind::Buffer { .. } => quote!(#name.host_mut::<#element>()),
    }
}

fn entry_name(declaration: &Declaration) -> Ident {
    format_ident!("{}", declaration.name().to_string().to_uppercase())
}

fn reference_name(kernel: &Ident) -> Ident {
    format_ident!("{kernel}_reference")
}
