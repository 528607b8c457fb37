//! The list of kernels.

use anyhow::Result;
use prism_kernels::catalogue;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// One JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    if args.json {
        let rows: Vec<_> = catalogue::kernels()
            .map(|k| json!({"name": k.name, "family": k.family(), "ptx": k.ptx_hash(), "summary": k.summary}))
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    for kernel in catalogue::kernels() {
        println!("{:<24} {:<8} {}  {}", kernel.name, kernel.family(), kernel.ptx_hash(), kernel.summary);
    }
    Ok(())
}
