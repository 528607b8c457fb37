//! Refuses to build with a compiled kernel that does not belong to its source.

use prism_dsl::source_tree;
use std::path::Path;

fn main() {
    for watched in ["src", "cuda", "ptx"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let stale = match stale() {
        Ok(stale) => stale,
        Err(message) => vec![message],
    };
    for message in &stale {
        println!("cargo::error={message}");
    }
}

fn stale() -> Result<Vec<String>, String> {
    let kernels = source_tree::read(Path::new("src"), Path::new("cuda"))?;
    let manifest = std::fs::read_to_string("ptx/manifest.json").unwrap_or_else(|_| "{}".into());
    let manifest: serde_json::Value = serde_json::from_str(&manifest).map_err(|e| format!("ptx/manifest.json: {e}"))?;
    let is_stale = |k: &&source_tree::KernelSource| manifest["kernels"][&k.name]["source"] != k.hash.as_str();
    let message = |k: &source_tree::KernelSource| {
        format!("the compiled form of kernel `{}` is not of its source; run `cargo xtask kernels`", k.name)
    };
    Ok(kernels.iter().filter(is_stale).map(message).collect())
}
