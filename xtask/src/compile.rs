//! From a kernel's source to its PTX and what that takes of a multiprocessor.

use crate::artifacts::{Artifact, Resources};
use crate::nvcc::Nvcc;
use crate::root;
use anyhow::Result;
use prism_dsl::source_tree::{self, KernelSource};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How many forms of a kernel's PTX [`compile`] can be asked for; not all of them need differ.
pub const FORMS: usize = 16;

/// Compiles `kernel` to `<folder>/<kernel>.ptx`, in one of the forms that [`Nvcc::ptx`] speaks of.
pub fn compile(nvcc: &Nvcc, kernel: &KernelSource, form: usize, folder: &Path) -> Result<Artifact> {
    let units = root().join("target/kernels");
    fs::create_dir_all(&units)?;
    let (unit, ptx) = (units.join(&kernel.name).with_extension("cu"), folder.join(&kernel.name).with_extension("ptx"));
    fs::write(&unit, &kernel.unit)?;
    let sources = root().join("crates/prism-kernels");
    let scratch = units.join("x".repeat(1 + form));
    nvcc.ptx(&unit, &[&sources.join("src"), &sources.join("cuda")], &scratch, &ptx)?;
    let functions = resources(&nvcc.resources(&ptx)?);
    Ok(Artifact::new(kernel, source_tree::hash(&fs::read(ptx)?), functions))
}

/// Reads `ptxas -v`: a line names the function, the next ones its spills and registers.
fn resources(said: &str) -> BTreeMap<String, Resources> {
    let mut functions = BTreeMap::<String, Resources>::new();
    let mut name = "";
    for line in said.lines() {
        if let Some(found) = line.split("Compiling entry function '").nth(1).and_then(|l| l.split('\'').next()) {
            name = found;
        }
        let used = functions.entry(name.to_owned()).or_default();
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

#[cfg(test)]
mod tests {
    use super::resources;

    #[test]
    fn ptxas_lines_become_numbers() {
        let said = "ptxas info    : Compiling entry function 'f_f32' for 'sm_90'\n    0 bytes stack frame, 12 bytes spill \
                    stores, 12 bytes spill loads\nptxas info    : Used 72 registers, used 0 barriers\n";
        let functions = resources(said);
        assert_eq!((functions["f_f32"].registers, functions["f_f32"].spilled_bytes), (72, 12));
    }
}
