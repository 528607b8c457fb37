//! Prints the settings of a declaration as fields of its `Entry`.

use super::{function_of_launch, function_of_quantities};
use crate::declaration::{Block, Declaration, Settings};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Everything that the settings of a declaration say.
pub(super) fn print(declaration: &Declaration) -> TokenStream {
    let settings = &declaration.settings;
    let Settings { requires, wide, types, specialise, check, bench, inputs, tolerance, ops, .. } = settings;
    let (by_name, launch) = (settings_by_name(settings), launch(declaration));
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
        #launch
        requires: &[#(#requires),*],
        constants: &[#(#constants),*],
        checks: &[#(#checks),*],
        benches: &[#(#benches),*],
        inputs: #inputs,
        tolerance: ::prism_device::Tolerance::#tolerance,
        ops: #ops,
    }
}

/// What shapes a launch.
fn launch(declaration: &Declaration) -> TokenStream {
    let Settings { threads, block, shared, .. } = &declaration.settings;
    let threads = threads.as_ref().map(|e| function_of_launch(declaration, e));
    let block = match block {
        Some(Block::Needed(size)) => {
            let size = function_of_launch(declaration, size);
            quote!(Needed(#size))
        }
        Some(Block::Candidates(sizes)) => quote!(Candidates(&[#(#sizes),*])),
        None => unreachable!("a declaration without it was refused"),
    };
    let shared = shared.as_ref().map_or(quote!(None), |e| {
        let bytes = function_of_launch(declaration, e);
        quote!(Some(#bytes))
    });
    quote! {
        threads: #threads,
        block: ::prism_device::BlockSize::#block,
        shared: #shared,
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
