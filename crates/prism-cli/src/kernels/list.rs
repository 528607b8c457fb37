//! The list of the catalogue.

use super::documentation::plain;
use super::names;
use super::record::{proof, proven_on};
use crate::output;
use anyhow::Result;
use prism_device::Operation;
use prism_kernels::catalogue;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// The kernels under the operations instead
    #[arg(long)]
    kernels: bool,
    /// One JSON array instead of a table
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let rows: Vec<Operation> = if args.kernels {
        catalogue::kernels().map(Operation::of).collect()
    } else {
        prism_ai::catalogue::operations().collect()
    };
    if args.json {
        let rows: Vec<_> = rows.iter().map(as_json).collect();
        return output::print(&(serde_json::to_string_pretty(&rows)? + "\n"));
    }
    let lines: Vec<[String; 5]> = rows.iter().map(line).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let text = |[name, family, types, proof, summary]: &[String; 5]| {
        let [a, b, c, d] = widths;
        format!("{name:a$}  {family:b$}  {types:c$}  {proof:d$}  {summary}\n")
    };
    output::print(&lines.iter().map(text).collect::<String>())
}

fn line(operation: &Operation) -> [String; 5] {
    let (types, proof) = (names(operation.types).join(" "), proof(&operation.kernels));
    [operation.name.into(), operation.family().into(), types, proof, plain(&operation.summary())]
}

fn as_json(operation: &Operation) -> serde_json::Value {
    let kernel = |k: &&'static prism_device::Entry| {
        let (types, proven_on) = (names(k.types), proven_on(&[k]));
        json!({"name": k.name, "ptx": k.ptx_hash, "types": types, "proven_on": proven_on})
    };
    json!({
        "name": operation.name,
        "family": operation.family(),
        "types": names(operation.types),
        "summary": plain(&operation.summary()),
        "proven_on": proven_on(&operation.kernels),
        "kernels": operation.kernels.iter().map(kernel).collect::<Vec<_>>(),
    })
}
