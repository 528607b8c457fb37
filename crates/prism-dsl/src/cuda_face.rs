//! Prints the CUDA face of a declaration: one `extern "C" __global__` wrapper for each variant.

use crate::declaration::{Access, Block, Declaration, ELEMENTS, Param, ParamKind};
use std::fmt::Write;

/// One compiled form of a kernel: an element type and the values of its specialised quantities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The name of the `__global__` function.
    pub symbol: String,
    /// Template arguments of the device function, in order.
    pub arguments: Vec<String>,
    element: Option<String>,
}

/// All variants of a kernel: types × specialisations, the general form (every constant 0) last.
///
/// The symbol is the kernel's name, then the element type, then `_name value` for each constant.
pub fn variants(declaration: &Declaration) -> Vec<Variant> {
    let name = declaration.name().to_string();
    let types = &declaration.settings.types;
    let mut variants: Vec<Variant> = if types.is_empty() {
        vec![Variant { symbol: name, arguments: vec![], element: None }]
    } else {
        types.iter().map(|t| of_type(&name, &t.to_string())).collect()
    };
    for (names, rows) in &declaration.settings.specialise {
        variants = variants.iter().flat_map(|v| specialise(v, names, rows)).collect();
    }
    variants
}

fn of_type(name: &str, element: &str) -> Variant {
    let arguments = vec![cuda_element(element).to_owned()];
    Variant { symbol: format!("{name}_{element}"), arguments, element: Some(element.to_owned()) }
}

fn specialise(variant: &Variant, names: &[syn::Ident], rows: &[Vec<syn::LitInt>]) -> Vec<Variant> {
    let with = |values: &[String]| {
        let mut next = variant.clone();
        next.arguments.extend(values.iter().cloned());
        next
    };
    let mut all: Vec<Variant> = rows
        .iter()
        .map(|row| {
            let values: Vec<String> = row.iter().map(|v| v.base10_digits().to_owned()).collect();
            let mut special = with(&values);
            for (name, value) in names.iter().zip(&values) {
                let _ = write!(special.symbol, "_{name}{value}");
            }
            special
        })
        .collect();
    all.push(with(&vec!["0".to_owned(); names.len()]));
    all
}

/// The translation unit of a kernel: its device source, `include`d, and a wrapper for each variant.
pub fn print(declaration: &Declaration, include: &str) -> String {
    let largest = largest_block(declaration);
    let mut text = "#include <cstdint>
"
    .to_owned();
    for (element, header) in [("f16", "cuda_fp16.h"), ("bf16", "cuda_bf16.h")] {
        if elements(declaration).any(|e| e == element) {
            let _ = writeln!(text, "#include <{header}>");
        }
    }
    let variants = variants(declaration);
    // A wrapper of the device function's own name and parameters would be a second definition of it.
    let device = if variants.iter().any(|v| v.arguments.is_empty()) { "_device" } else { "" };
    let name = declaration.name();
    let _ = match device {
        "" => writeln!(text, "#include \"{include}\""),
        _ => writeln!(
            text,
            "#define {name} {name}{device}
#include \"{include}\"
#undef {name}"
        ),
    };
    for variant in variants {
        let parameters = parameters(declaration, variant.element.as_deref()).join(", ");
        let template = match variant.arguments.as_slice() {
            [] => String::new(),
            list => format!("<{}>", list.join(", ")),
        };
        let names = parameter_names(declaration).join(", ");
        let _ = write!(
            text,
            "\nextern \"C\" __global__ void __launch_bounds__({largest}) {}({parameters}) {{\n    {name}{device}{template}({names});\n}}\n",
            variant.symbol,
        );
    }
    text
}

/// The most threads of a block that the kernel is compiled for.
fn largest_block(declaration: &Declaration) -> u32 {
    match &declaration.settings.block {
        Some(Block::Candidates(sizes)) => sizes.iter().filter_map(|size| size.base10_parse().ok()).max(),
        _ => None,
    }
    .unwrap_or(Block::LARGEST)
}

/// Every element type of a declaration: written ones and those of its type parameter.
fn elements(declaration: &Declaration) -> impl Iterator<Item = &syn::Ident> {
    declaration.params.iter().map(|p| &p.element).chain(&declaration.settings.types)
}

/// The parameter names of both faces: the declared parameters, then the dimensions.
pub fn parameter_names(declaration: &Declaration) -> Vec<String> {
    let declared = declaration.params.iter().map(|p| p.name.to_string());
    declared.chain(declaration.dims.iter().map(ToString::to_string)).collect()
}

fn parameters(declaration: &Declaration, element: Option<&str>) -> Vec<String> {
    let generic = declaration.type_parameter().map(ToString::to_string);
    let declared = declaration.params.iter().map(|p| parameter(p, generic.as_deref(), element));
    let dims = declaration.dims.iter().map(|d| {
        let bits = if declaration.settings.wide.contains(d) { 64 } else { 32 };
        format!("uint{bits}_t {d}")
    });
    declared.chain(dims).collect()
}

fn parameter(param: &Param, generic: Option<&str>, element: Option<&str>) -> String {
    let written = param.element.to_string();
    let actual = if Some(written.as_str()) == generic { element.unwrap_or(&written) } else { &written };
    let (cuda, name) = (cuda_element(actual), &param.name);
    match param.kind {
        ParamKind::Scalar => format!("{cuda} {name}"),
        ParamKind::Buffer { access: Access::In, .. } => format!("const {cuda}* __restrict__ {name}"),
        ParamKind::Buffer { .. } => format!("{cuda}* __restrict__ {name}"),
    }
}

fn cuda_element(element: &str) -> &str {
    ELEMENTS.iter().find(|(rust, _)| *rust == element).map_or(element, |(_, cuda)| cuda)
}
