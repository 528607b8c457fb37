//! Refuses to build with a compiled kernel that does not belong to its source, and deflates and hashes the compiled forms for
//! the program to carry.

use prism_dsl::source_tree::{self, KernelSource};
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    for watched in ["src", "cuda", "ptx"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    for message in stale().unwrap_or_else(|message| vec![message]) {
        println!("cargo::error={message}");
    }
}

/// What is said of each kernel whose compiled form is not of its source. The compiled forms are left for the program on
/// the way.
fn stale() -> Result<Vec<String>, String> {
    let mut messages = Vec::new();
    for kernel in source_tree::read(Path::new("src"), Path::new("cuda"))? {
        let ptx = fs::read(file(&kernel, "ptx")).unwrap_or_default();
        let hash = source_tree::hash(&ptx);
        carry(&kernel.name, &ptx, &hash)?;
        if !is_current(&kernel, &hash) {
            let (name, mend) = (&kernel.name, "run `cargo xtask kernels`");
            messages.push(format!("the compiled form of kernel `{name}` is not of its source; {mend}"));
        }
    }
    Ok(messages)
}

fn file(kernel: &KernelSource, extension: &str) -> PathBuf {
    Path::new("ptx").join(&kernel.name).with_extension(extension)
}

/// Leaves the compiled form deflated, and its hash, where the declaration's expansion includes them, unless they are there.
fn carry(name: &str, ptx: &[u8], hash: &str) -> Result<(), String> {
    let folder = std::env::var("OUT_DIR").map_err(|e| e.to_string())?;
    let place = |what| Path::new(&folder).join(format!("{name}.ptx.{what}"));
    let write = |what, bytes: &[u8]| fs::write(place(what), bytes).map_err(|e| format!("{name}.ptx.{what}: {e}"));
    if fs::read_to_string(place("hash")).is_ok_and(|there| there == hash) {
        return Ok(());
    }
    write("deflate", &miniz_oxide::deflate::compress_to_vec(ptx, 6))?;
    write("hash", hash.as_bytes())
}

/// Whether the committed PTX was compiled from the kernel's source, and nobody touched it since.
fn is_current(kernel: &KernelSource, hash: &str) -> bool {
    let manifest = fs::read_to_string(file(kernel, "json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["source"] == kernel.hash.as_str() && manifest["ptx"] == hash
}
