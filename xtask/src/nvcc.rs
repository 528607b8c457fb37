//! The pinned CUDA compiler, installed from its Python wheels into `.toolchain/`.

use crate::wheels::{install, run};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler's version; the artifacts are its output to the byte.
pub const VERSION: &str = "13.0.88";
/// What every kernel is compiled with.
pub const FLAGS: [&str; 4] = ["-std=c++17", "-O3", "--expt-relaxed-constexpr", "-arch=compute_80"];

const WHEELS: [&str; 5] = [
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
    "nvidia-cuda-cccl==13.0.85",
];

/// The compiler's folder, with `nvcc` and `ptxas` in it.
pub struct Nvcc(PathBuf);

impl Nvcc {
    /// Finds the compiler under `root/.toolchain`, installing it first when it is not there.
    pub fn locate(root: &Path) -> Result<Self> {
        let venv = root.join(".toolchain");
        if find(&venv).is_none() {
            install(&venv, &WHEELS)?;
        }
        find(&venv).map(Self).context("the wheels hold no nvcc")
    }

    /// Compiles a translation unit to PTX, with its intermediate files in `scratch`.
    ///
    /// The compiler orders some registers by the addresses of its own data, which move with the lengths of the paths
    /// it is given: one source has a few forms, equal but for that order.
    pub fn ptx(&self, unit: &Path, includes: &[&Path], scratch: &Path, output: &Path) -> Result<()> {
        std::fs::create_dir_all(scratch)?;
        let mut nvcc = Command::new(self.0.join("nvcc"));
        nvcc.env("TMPDIR", scratch).arg("-ptx").args(FLAGS).arg("-o").arg(output).arg(unit);
        for include in includes {
            nvcc.arg("-I").arg(include);
        }
        run(&mut nvcc).map(drop)
    }

    /// What the assembler says of each function when it compiles `ptx` for Hopper: registers, spills.
    pub fn resources(&self, ptx: &Path) -> Result<String> {
        let cubin = ptx.with_extension("cubin");
        let text = run(Command::new(self.0.join("ptxas")).args(["-arch=sm_90", "-v", "-o"]).arg(&cubin).arg(ptx))?;
        std::fs::remove_file(cubin)?;
        Ok(text)
    }
}

fn find(venv: &Path) -> Option<PathBuf> {
    let lib = std::fs::read_dir(venv.join("lib")).ok()?;
    let bins = lib.filter_map(Result::ok).map(|python| python.path().join("site-packages/nvidia/cu13/bin"));
    bins.into_iter().find(|bin| bin.join("nvcc").exists())
}
