//! Reads a kernel declaration; prints its Rust face and its CUDA face. Text only: no GPU.
//!
//! A declaration is a Rust function with `#[kernel(…)]`: its signature names the parameters and their shapes, its
//! body is the reference. [`Declaration::parse`] reads it, [`rust_face::print`] turns it into the safe call and its
//! `Entry`, [`cuda_face::print`] into the `__global__` wrappers around the device function of the same name.

pub mod cuda_face;
pub mod cuda_signature;
pub mod declaration;
pub mod operation;
pub mod rust_face;
pub mod settings_face;
pub mod source_tree;

pub use declaration::Declaration;

/// The kernels declared in one Rust source file, with their `#[kernel(…)]` read.
///
/// # Errors
/// The text is no Rust file, or a declaration in it breaks a rule; the error says which.
pub fn declarations(source: &str) -> syn::Result<Vec<Declaration>> {
    let is_kernel = |a: &&syn::Attribute| a.path().is_ident("kernel");
    let mut found = Vec::new();
    for item in syn::parse_file(source)?.items {
        let syn::Item::Fn(mut function) = item else { continue };
        let Some(attribute) = function.attrs.iter().find(is_kernel).cloned() else { continue };
        function.attrs.retain(|a| !is_kernel(&a));
        let arguments = match attribute.meta {
            syn::Meta::List(list) => list.tokens,
            _ => proc_macro2::TokenStream::new(),
        };
        found.extend(Declaration::parse(arguments, function)?);
    }
    Ok(found)
}
