//! The compiled kernels that git holds, and the manifest that says what each was compiled from.

use crate::nvcc::{FLAGS, Nvcc, VERSION};
use anyhow::{Context, Result, bail};
use prism_dsl::source_tree::{self, KernelSource};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[derive(Serialize, Deserialize, Default, PartialEq)]
struct Manifest {
    nvcc: String,
    flags: Vec<String>,
    kernels: BTreeMap<String, Artifact>,
}

#[derive(Serialize, Deserialize, Default, PartialEq, Clone)]
struct Artifact {
    path: String,
    source: String,
    ptx: String,
    /// Registers a thread and spilled bytes of each function on `sm_90`.
    functions: BTreeMap<String, Resources>,
}

#[derive(Serialize, Deserialize, Default, PartialEq, Clone)]
struct Resources {
    registers: u32,
    spilled_bytes: u32,
}

/// Compiles what changed, drops what is gone, writes the manifest.
pub fn update() -> Result<()> {
    let (folder, kernels) = sources()?;
    let old = read_manifest(&folder)?;
    let current = old.nvcc == VERSION && old.flags == FLAGS;
    let mut manifest = empty_manifest();
    let nvcc = Nvcc::locate(&root())?;
    for kernel in kernels {
        let ptx = folder.join("ptx").join(&kernel.name).with_extension("ptx");
        let known = old.kernels.get(&kernel.name).filter(|a| current && a.source == kernel.hash && ptx.exists());
        let artifact = match known {
            Some(artifact) => artifact.clone(),
            None => compile(&nvcc, &folder, &kernel, &ptx)?,
        };
        manifest.kernels.insert(kernel.name, artifact);
    }
    for gone in old.kernels.keys().filter(|name| !manifest.kernels.contains_key(*name)) {
        fs::remove_file(folder.join("ptx").join(gone).with_extension("ptx"))?;
    }
    fs::write(folder.join("ptx/manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(())
}

/// Compiles every kernel afresh and compares with what is committed.
pub fn check() -> Result<()> {
    let (folder, kernels) = sources()?;
    let committed = read_manifest(&folder)?;
    let nvcc = Nvcc::locate(&root())?;
    let fresh = root().join("target/kernels-check");
    fs::create_dir_all(&fresh)?;
    let mut manifest = empty_manifest();
    let mut differ = Vec::new();
    for kernel in kernels {
        let (name, ptx) = (kernel.name.clone(), fresh.join(&kernel.name).with_extension("ptx"));
        let artifact = compile(&nvcc, &folder, &kernel, &ptx)?;
        let held = fs::read(folder.join("ptx").join(&name).with_extension("ptx")).unwrap_or_default();
        if fs::read(&ptx)? != held || committed.kernels.get(&name) != Some(&artifact) {
            differ.push(name.clone());
        }
        manifest.kernels.insert(name, artifact);
    }
    if !differ.is_empty() || manifest != committed {
        bail!("committed artifacts are not what their sources compile to: {differ:?}; run `cargo xtask kernels`");
    }
    println!("{} kernels compile to what is committed", manifest.kernels.len());
    Ok(())
}

fn root() -> PathBuf {
    let manifest = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().expect("xtask lies in the workspace").to_owned()
}

fn sources() -> Result<(PathBuf, Vec<KernelSource>)> {
    let folder = root().join("crates/prism-kernels");
    let kernels = source_tree::read(&folder.join("src"), &folder.join("cuda")).map_err(anyhow::Error::msg)?;
    Ok((folder, kernels))
}

fn empty_manifest() -> Manifest {
    Manifest { nvcc: VERSION.into(), flags: FLAGS.map(Into::into).into(), kernels: BTreeMap::new() }
}

fn read_manifest(folder: &Path) -> Result<Manifest> {
    match fs::read_to_string(folder.join("ptx/manifest.json")) {
        Ok(text) => serde_json::from_str(&text).context("ptx/manifest.json"),
        Err(_) => Ok(Manifest::default()),
    }
}

fn compile(nvcc: &Nvcc, folder: &Path, kernel: &KernelSource, ptx: &Path) -> Result<Artifact> {
    let unit = root().join("target/kernels").join(&kernel.name).with_extension("cu");
    fs::create_dir_all(unit.parent().expect("it was joined"))?;
    fs::write(&unit, &kernel.unit)?;
    nvcc.ptx(&unit, &[&folder.join("src"), &folder.join("cuda")], ptx)?;
    let functions = resources(&nvcc.resources(ptx)?);
    for (name, used) in &functions {
        println!("{name}: {} registers, {} bytes spilled", used.registers, used.spilled_bytes);
    }
    let hash = blake3::hash(&fs::read(ptx)?).to_hex()[..16].to_owned();
    Ok(Artifact { path: kernel.path.clone(), source: kernel.hash.clone(), ptx: hash, functions })
}

/// Reads `ptxas -v`: a line names the function, the next ones its spills and registers.
fn resources(said: &str) -> BTreeMap<String, Resources> {
    let mut functions = BTreeMap::<String, Resources>::new();
    let mut name = String::new();
    for line in said.lines() {
        if let Some(found) = line.split("Compiling entry function '").nth(1).and_then(|l| l.split('\'').next()) {
            name = found.to_owned();
        }
        let used = functions.entry(name.clone()).or_default();
        used.spilled_bytes = used.spilled_bytes.max(number_before(line, " bytes spill stores"));
        used.registers = used.registers.max(number_before(line, " registers"));
    }
    functions.retain(|name, _| !name.is_empty());
    functions
}

fn number_before(line: &str, word: &str) -> u32 {
    let before = line.split(word).next().filter(|b| b.len() < line.len());
    before.and_then(|b| b.rsplit(' ').next()).and_then(|n| n.parse().ok()).unwrap_or(0)
}
