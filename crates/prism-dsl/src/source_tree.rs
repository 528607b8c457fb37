//! Finds the kernels of a source tree and says which compiled form belongs to each.

use crate::{Declaration, cuda_face, cuda_signature, declarations};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A kernel's sources: its declaration and the text that is compiled for it.
pub struct KernelSource {
    /// The kernel's name.
    pub name: String,
    /// The family and file, `knn/radius`.
    pub path: String,
    /// The translation unit: the device function and its wrappers.
    pub unit: String,
    /// The hash over the unit and everything it may include.
    pub hash: String,
    /// The `__global__` symbols of the unit.
    pub symbols: Vec<String>,
}

/// Every kernel under `source` (`<family>/<kernel>.rs` beside `<kernel>.cu`, a twin's `<twin>.cu` with them), headers under
/// `include`; sorted by name.
///
/// # Errors
/// A declaration breaks a rule, or its CUDA function is missing or takes other parameters; the text says which file.
pub fn read(source: &Path, include: &Path) -> Result<Vec<KernelSource>, String> {
    let mut kernels = Vec::new();
    for rust in files(source, "rs")? {
        if !rust.with_extension("cu").exists() {
            continue;
        }
        for declaration in declarations(&text(&rust)?).map_err(|e| format!("{}: {e}", rust.display()))? {
            let cuda = match declaration.twin_of {
                None => rust.with_extension("cu"),
                Some(_) => rust.with_file_name(format!("{}.cu", declaration.name())),
            };
            kernels.push(read_one(&declaration, &cuda, source, include)?);
        }
    }
    kernels.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(kernels)
}

fn read_one(declaration: &Declaration, cuda: &Path, source: &Path, include: &Path) -> Result<KernelSource, String> {
    let device_code = text(cuda)?;
    cuda_signature::check(declaration, &device_code).map_err(|e| format!("{}: {e}", cuda.display()))?;
    let headers = headers(&device_code, include)?.into_values().collect::<String>();
    let path = cuda.with_extension("").strip_prefix(source).unwrap_or(cuda).display().to_string();
    Ok(kernel(declaration, path, &device_code, &headers))
}

fn kernel(declaration: &Declaration, path: String, device_code: &str, headers: &str) -> KernelSource {
    let unit = cuda_face::print(declaration, &format!("{path}.cu"));
    let mut hasher = blake3::Hasher::new();
    for part in [&unit, device_code, headers] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    let symbols = cuda_face::variants(declaration).into_iter().map(|v| v.symbol).collect();
    let hash = short(&hasher);
    KernelSource { name: declaration.name().to_string(), path, unit, hash, symbols }
}

/// The hash by which a compiled kernel is known: the first 16 digits of its BLAKE3.
pub fn hash(bytes: &[u8]) -> String {
    short(blake3::Hasher::new().update(bytes))
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..16].to_owned()
}

/// The headers under `include` that device code includes, and those that they include in turn, by name.
fn headers(device_code: &str, include: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![device_code.to_owned()];
    while let Some(code) = open.pop() {
        let named = code.lines().filter_map(|line| line.trim().strip_prefix("#include \"")?.strip_suffix('"'));
        for name in named {
            if !found.contains_key(name) {
                let header = text(&include.join(name))?;
                found.insert(name.to_owned(), header.clone());
                open.push(header);
            }
        }
    }
    Ok(found)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.filter_map(Result::ok).map(|e| e.path()) {
        if entry.is_dir() {
            found.extend(files(&entry, extension)?);
        } else if entry.extension().is_some_and(|e| e == extension) {
            found.push(entry);
        }
    }
    found.sort();
    Ok(found)
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
