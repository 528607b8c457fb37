//! The compiled kernels that git holds: `ptx/<kernel>.ptx`, and beside it in `.json` what it was compiled from.
//!
//! One pair a kernel and no list of them, so that kernels added side by side never meet in one file.

use crate::compile::{FORMS, compile};
use crate::nvcc::{FLAGS, Nvcc, VERSION};
use crate::root;
use anyhow::{Context, Result, bail};
use prism_dsl::source_tree::{self, KernelSource};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a compiled kernel was compiled from, and what it uses.
#[derive(Serialize, Deserialize, PartialEq)]
pub struct Artifact {
    /// The family and file, `knn/radius`.
    pub path: String,
    /// The hash of its source, headers included.
    pub source: String,
    /// The hash of the PTX.
    pub ptx: String,
    nvcc: String,
    flags: Vec<String>,
    /// Registers a thread and spilled bytes of each function on `sm_90`.
    pub functions: BTreeMap<String, Resources>,
}

/// What one function takes of a multiprocessor.
#[derive(Serialize, Deserialize, Default, PartialEq)]
pub struct Resources {
    /// Registers a thread.
    pub registers: u32,
    /// Bytes a thread that do not fit the registers.
    pub spilled_bytes: u32,
}

impl Artifact {
    /// What `kernel` compiles to with the pinned compiler.
    pub fn new(kernel: &KernelSource, ptx: String, functions: BTreeMap<String, Resources>) -> Self {
        let (path, source) = (kernel.path.clone(), kernel.hash.clone());
        Self { path, source, ptx, nvcc: VERSION.into(), flags: FLAGS.map(Into::into).into(), functions }
    }

    fn is_of(&self, kernel: &KernelSource) -> bool {
        self.source == kernel.hash && self.path == kernel.path && self.nvcc == VERSION && self.flags == FLAGS
    }
}

/// Compiles what changed and drops what is gone.
pub fn update() -> Result<()> {
    let kernels = sources(&root())?;
    let ptx = folder(&root());
    let stale: Vec<_> = kernels.iter().filter(|kernel| !is_current(&ptx, kernel)).collect();
    if !stale.is_empty() {
        let nvcc = Nvcc::locate(&root())?;
        stale.par_iter().try_for_each(|kernel| {
            let artifact = compile(&nvcc, kernel, 0, &ptx)?;
            for (name, used) in &artifact.functions {
                println!("{name}: {} registers, {} bytes spilled", used.registers, used.spilled_bytes);
            }
            let text = serde_json::to_string_pretty(&artifact)? + "\n";
            fs::write(file(&ptx, &kernel.name, "json"), text).map_err(anyhow::Error::from)
        })?;
    }
    for gone in strangers(&ptx, &kernels)? {
        fs::remove_file(gone)?;
    }
    Ok(())
}

/// Compiles every kernel afresh: what is committed must be one of the forms that come out.
pub fn check() -> Result<()> {
    let (kernels, ptx) = (sources(&root())?, folder(&root()));
    let nvcc = Nvcc::locate(&root())?;
    let fresh = root().join("target/kernels-check");
    fs::create_dir_all(&fresh)?;
    let compared = kernels.par_iter().map(|kernel| {
        let (held, made) = (file(&ptx, &kernel.name, "ptx"), file(&fresh, &kernel.name, "ptx"));
        if !is_current(&ptx, kernel) {
            return Ok(Some(held));
        }
        let (committed, said) = (fs::read(&held)?, read(&ptx, &kernel.name)?);
        for form in 0..FORMS {
            let artifact = compile(&nvcc, kernel, form, &fresh)?;
            if fs::read(&made)? == committed && said.as_ref() == Some(&artifact) {
                return Ok(None);
            }
        }
        Ok(Some(held))
    });
    let mut differ = strangers(&ptx, &kernels)?;
    differ.extend(compared.collect::<Result<Vec<_>>>()?.into_iter().flatten());
    if !differ.is_empty() {
        bail!("committed artifacts are not what their sources compile to: {differ:?}; run `cargo xtask kernels`");
    }
    println!("{} kernels compile to what is committed", kernels.len());
    Ok(())
}

/// What is committed of every kernel, by name.
pub fn committed(root: &Path) -> Result<BTreeMap<String, Artifact>> {
    let ptx = folder(root);
    let all = sources(root)?.into_iter().map(|kernel| Ok((read(&ptx, &kernel.name)?, kernel.name)));
    all.filter_map(|held| held.map(|(artifact, name)| artifact.map(|a| (name, a))).transpose()).collect()
}

fn folder(root: &Path) -> PathBuf {
    root.join("crates/prism-kernels/ptx")
}

fn file(folder: &Path, name: &str, extension: &str) -> PathBuf {
    folder.join(name).with_extension(extension)
}

fn sources(root: &Path) -> Result<Vec<KernelSource>> {
    let kernels = root.join("crates/prism-kernels");
    source_tree::read(&kernels.join("src"), &kernels.join("cuda")).map_err(anyhow::Error::msg)
}

fn is_current(ptx: &Path, kernel: &KernelSource) -> bool {
    let Ok(Some(artifact)) = read(ptx, &kernel.name) else { return false };
    let held = fs::read(file(ptx, &kernel.name, "ptx")).unwrap_or_default();
    artifact.is_of(kernel) && artifact.ptx == source_tree::hash(&held)
}

fn read(ptx: &Path, name: &str) -> Result<Option<Artifact>> {
    let path = file(ptx, name, "json");
    match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map(Some).with_context(|| path.display().to_string()),
        Err(_) => Ok(None),
    }
}

/// Files in the folder that belong to no kernel.
fn strangers(ptx: &Path, kernels: &[KernelSource]) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(ptx)?;
    let names: BTreeSet<&str> = kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    let files = fs::read_dir(ptx)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let known = |path: &PathBuf| path.file_stem().and_then(|s| s.to_str()).is_some_and(|s| names.contains(s));
    Ok(files.into_iter().filter(|path| !known(path)).collect())
}
