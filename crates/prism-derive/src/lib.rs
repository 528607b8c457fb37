//! The proc-macro shell over `prism-dsl`.

use proc_macro::TokenStream;

/// Declares a kernel: the function's signature, with `#[shape(…)]` on every buffer, is the declaration; its body is
/// the reference. See `ARCHITECTURE.md` for the settings.
#[proc_macro_attribute]
pub fn kernel(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = syn::parse_macro_input!(item as syn::ItemFn);
    match prism_dsl::Declaration::parse(arguments.into(), function) {
        Ok(declaration) => prism_dsl::rust_face::print(&declaration).into(),
        Err(error) => error.to_compile_error().into(),
    }
}
