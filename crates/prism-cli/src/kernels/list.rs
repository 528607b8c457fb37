//! The list of kernels.

use crate::output;
use anyhow::Result;
use prism_device::Entry;
use prism_kernels::catalogue;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// One JSON array instead of a table
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    if args.json {
        let rows: Vec<_> = catalogue::kernels()
            .map(|k| json!({"name": k.name, "family": k.family(), "ptx": k.ptx_hash(), "summary": k.summary}))
            .collect();
        return output::print(&(serde_json::to_string_pretty(&rows)? + "\n"));
    }
    let width = |of: fn(&Entry) -> &str| catalogue::kernels().map(|k| of(k).len()).max().unwrap_or(0);
    let (name, family) = (width(|k| k.name), width(Entry::family));
    let line = |k: &Entry| format!("{:name$}  {:family$}  {}  {}\n", k.name, k.family(), k.ptx_hash(), k.summary);
    output::print(&catalogue::kernels().map(line).collect::<String>())
}
