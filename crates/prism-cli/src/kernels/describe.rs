//! What an operation computes and how it is called.

use super::documentation::plain;
use super::names;
use super::record::proof;
use crate::output;
use anyhow::Result;
use prism_device::Operation;
use prism_device::operation::{Input, Number, Output, Parameter};
use std::fmt::Write;

#[derive(clap::Args)]
pub struct Args {
    /// Operation or kernel; `prism-ai kernels list` shows them
    name: String,
}

pub fn run(args: &Args) -> Result<()> {
    let operation = super::operation(&args.name)?;
    output::print(&page(&operation))
}

fn page(operation: &Operation) -> String {
    let mut text = format!("{}\n\n{}\n", operation.name, plain(operation.documentation));
    section(&mut text, "Inputs (--input NAME=FILE.npy)", operation.inputs.iter().map(|i| input(operation, i)));
    section(&mut text, "Parameters (--param NAME=VALUE)", operation.parameters.iter().map(parameter));
    let in_place = operation.inputs.iter().filter(|i| i.number.is_written());
    let in_place = in_place.map(|i| (i.name.to_owned(), "the input as it is afterwards".to_owned()));
    section(&mut text, "Outputs (--output NAME=FILE.npy)", operation.outputs.iter().map(result).chain(in_place));
    let kernels = operation.kernels.iter().map(|kernel| (kernel.name.to_owned(), proof(&[kernel])));
    section(&mut text, "Kernels", kernels);
    let _ = writeln!(text, "\nFamily {}, {}", operation.family(), operation.source);
    text
}

fn section(text: &mut String, title: &str, rows: impl Iterator<Item = (String, String)>) {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let _ = writeln!(text, "\n{title}");
    for (name, what) in rows {
        let _ = writeln!(text, "{}", format!("  {name:width$}  {what}").trim_end());
    }
}

fn input(operation: &Operation, input: &Input) -> (String, String) {
    let element = input.element.map_or_else(|| names(operation.types).join(", "), |dtype| dtype.to_string());
    let number = match input.number {
        Number::One => "",
        Number::Optional => "; may be left out",
        Number::Several => "; any number, in order",
        Number::InPlace => "; changed in place",
        Number::OptionalInPlace => "; changed in place; may be left out",
    };
    (input.name.to_owned(), element + number)
}

fn parameter(parameter: &Parameter) -> (String, String) {
    let default = parameter.default.as_ref().map_or("required".into(), |text| match text.as_str() {
        "" => "default an empty list".to_owned(),
        text => format!("default {text}"),
    });
    let aliases =
        if parameter.aliases.is_empty() { String::new() } else { format!("; also {}", parameter.aliases.join(", ")) };
    let what = if parameter.documentation.is_empty() {
        String::new()
    } else {
        format!("  {}", plain(parameter.documentation))
    };
    (parameter.name.to_owned(), format!("{} [{default}{aliases}]{what}", parameter.expects))
}

fn result(output: &Output) -> (String, String) {
    let absent = if output.optional { "if asked for" } else { "" };
    let documentation = plain(output.documentation);
    let parts = [documentation.strip_suffix('.').unwrap_or(&documentation), absent];
    (output.name.to_owned(), parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; "))
}
