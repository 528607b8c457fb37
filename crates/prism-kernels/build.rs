//! Refuses to build with a compiled kernel that does not belong to its source.

use prism_dsl::source_tree::{self, KernelSource};
use std::fs;
use std::path::Path;

fn main() {
    for watched in ["src", "cuda", "ptx"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    for message in stale().unwrap_or_else(|message| vec![message]) {
        println!("cargo::error={message}");
    }
}

fn stale() -> Result<Vec<String>, String> {
    let kernels = source_tree::read(Path::new("src"), Path::new("cuda"))?;
    let message = |kernel: &KernelSource| {
        format!("the compiled form of kernel `{}` is not of its source; run `cargo xtask kernels`", kernel.name)
    };
    Ok(kernels.iter().filter(|kernel| !is_current(kernel)).map(message).collect())
}

/// Whether the committed PTX was compiled from the kernel's source, and nobody touched it since.
fn is_current(kernel: &KernelSource) -> bool {
    let file = |extension: &str| Path::new("ptx").join(&kernel.name).with_extension(extension);
    let manifest = fs::read_to_string(file("json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    let ptx = fs::read(file("ptx")).unwrap_or_default();
    manifest["source"] == kernel.hash.as_str() && manifest["ptx"] == source_tree::hash(&ptx).as_str()
}
