//! The proc-macro shell over `prism-dsl`.

use prism_dsl::settings_face;
use proc_macro::TokenStream;
use syn::{DeriveInput, ItemFn, parse_macro_input};

/// Declares a kernel: the function's signature, with `#[shape(…)]` on every buffer, is the declaration; its body is
/// the reference. See `ARCHITECTURE.md` for the settings.
#[proc_macro_attribute]
pub fn kernel(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let printed = prism_dsl::Declaration::parse(arguments.into(), function).map(|d| prism_dsl::rust_face::print(&d));
    tokens(printed)
}

/// Makes a function an operation of the catalogue, that can be called by names: `types(…)` are the element types of its
/// type parameter, `kernels(…)` the kernels it may launch, `output(…)` the name of the one buffer it returns, else `y`.
///
/// It takes `&Buffer`, `Option<&Buffer>`, `&[&Buffer]`, `&mut Buffer` (changed in place), `&Device`, and one struct by
/// reference, of settings; it returns a `Result` of a `Buffer`, of `()` or of a struct of buffers.
#[proc_macro_attribute]
pub fn operation(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let arguments = parse_macro_input!(arguments as prism_dsl::operation::Arguments);
    let function = parse_macro_input!(item as ItemFn);
    tokens(prism_dsl::operation::print(&arguments, &function))
}

/// Lets the fields of a struct be set by name; `#[alias("…")]` gives a field other names.
#[proc_macro_derive(Settings, attributes(alias))]
pub fn settings(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    tokens(settings_face::settings(&input))
}

/// Lets the variants of an enum be chosen by name.
#[proc_macro_derive(Setting)]
pub fn setting(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    tokens(settings_face::setting(&input))
}

/// Lets the buffers of a struct be taken by name.
#[proc_macro_derive(Outputs)]
pub fn outputs(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    tokens(settings_face::outputs(&input))
}

fn tokens(printed: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    printed.unwrap_or_else(|error| error.to_compile_error()).into()
}
