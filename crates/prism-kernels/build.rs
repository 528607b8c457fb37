//! Refuses to build with a compiled kernel that does not belong to its source, and deflates the compiled forms for the
//! program to carry.

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
    for kernel in &kernels {
        deflate(&kernel.name)?;
    }
    let message = |kernel: &KernelSource| {
        format!("the compiled form of kernel `{}` is not of its source; run `cargo xtask kernels`", kernel.name)
    };
    Ok(kernels.iter().filter(|kernel| !is_current(kernel)).map(message).collect())
}

fn deflate(name: &str) -> Result<(), String> {
    let from = Path::new("ptx").join(name).with_extension("ptx");
    let folder = std::env::var("OUT_DIR").map_err(|e| e.to_string())?;
    let to = Path::new(&folder).join(format!("{name}.ptx.deflate"));
    let written = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if written(&to).is_some_and(|to| written(&from).is_some_and(|from| from < to)) {
        return Ok(());
    }
    let text = fs::read(&from).unwrap_or_default();
    fs::write(&to, miniz_oxide::deflate::compress_to_vec(&text, 6)).map_err(|e| format!("{}: {e}", to.display()))
}

/// Whether the committed PTX was compiled from the kernel's source, and nobody touched it since.
fn is_current(kernel: &KernelSource) -> bool {
    let file = |extension: &str| Path::new("ptx").join(&kernel.name).with_extension(extension);
    let manifest = fs::read_to_string(file("json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    let ptx = fs::read(file("ptx")).unwrap_or_default();
    manifest["source"] == kernel.hash.as_str() && manifest["ptx"] == source_tree::hash(&ptx).as_str()
}
