//! How much faster a kernel is than a stated default: its source with narrow loads, 256 threads a block.

use super::bench::launches;
use crate::exit::Usage;
use crate::output;
use anyhow::Result;
use prism_device::conformance::Case;
use prism_device::{Device, DeviceChoice, Entry};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// Threads a block of the default, and of cudarc's `LaunchConfig::for_num_elems`.
const DEFAULT: u32 = 256;
const CUDARC: u32 = 1024;

/// The default forms of kernels, and how those that ran compare.
pub struct Defaults {
    folder: PathBuf,
    /// The same GPU, opened once more: a device knows a kernel's function by its name.
    device: Device,
    /// Of each kernel, the logarithms of how many times faster it is, by size and element type; empty without a default.
    gains: BTreeMap<&'static str, Vec<f64>>,
}

/// The times of the default beside that of a kernel.
pub struct Beside {
    /// Whether it has 256 threads a block, because the kernel's declaration lists them; else as many as the kernel takes.
    pub is_at_256: bool,
    /// Milliseconds.
    pub default: f64,
    /// Milliseconds with 1024 threads a block, where the declaration lists them.
    pub cudarc: Option<f64>,
    /// How many times faster the kernel is than the default.
    pub gain: f64,
}

impl Defaults {
    /// The PTX in a folder, for the GPU of that name.
    pub fn open(folder: &Path, choice: DeviceChoice) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Usage(format!("--defaults: {} is no directory", folder.display())).into());
        }
        let device = choice.open()?.device;
        if !device.is_cuda() {
            return Err(Usage("--defaults are of a GPU; leave it out on the CPU".into()).into());
        }
        Ok(Self { folder: folder.into(), device, gains: BTreeMap::new() })
    }

    /// Times the default forms of a kernel on the inputs on which it took so many milliseconds.
    pub fn time(&mut self, kernel: &'static Entry, case: &Case, milliseconds: f64) -> Result<Option<Beside>> {
        let beside = self.beside(kernel, case, milliseconds)?;
        self.gains.entry(kernel.name).or_default().extend(beside.iter().map(|beside| beside.gain.ln()));
        Ok(beside)
    }

    fn beside(&self, kernel: &Entry, case: &Case, milliseconds: f64) -> Result<Option<Beside>> {
        let narrow = fs::read_to_string(self.folder.join(kernel.name).with_extension("ptx"));
        let narrow = narrow.ok().map(|ptx| kernel.with_ptx(&ptx));
        let form = narrow.as_ref().unwrap_or(kernel);
        let at_256 = form.with_block(DEFAULT);
        if narrow.is_none() && (at_256.is_none() || kernel.candidates()[0] == DEFAULT) {
            return Ok(None);
        }
        let mut uploaded = case.upload(&self.device)?;
        let mut time = |form: &Entry| launches(form, &mut uploaded, &self.device).map(|times| times.median());
        let default = time(at_256.as_ref().unwrap_or(form))?;
        let cudarc = form.with_block(CUDARC).as_ref().map(time).transpose()?;
        Ok(Some(Beside { is_at_256: at_256.is_some(), default, cudarc, gain: default / milliseconds }))
    }

    /// Says the geometric mean over the kernels that have a default, and which have none.
    pub fn summary(&self, as_json: bool) -> Result<()> {
        let Summary { gains, mean, twice, without } = Summary::of(&self.gains);
        if as_json {
            let gains = gains.iter().map(|(kernel, gain)| ((*kernel).to_owned(), (*gain).into())).collect();
            return output::print_json(&json!({
                "geometric_mean": mean, "twice_or_more": twice, "gains": serde_json::Value::Object(gains), "no_default": without,
            }));
        }
        if gains.is_empty() {
            return output::print("none of these kernels has a default\n");
        }
        let none = if without.is_empty() { "none".into() } else { without.join(", ") };
        output::print(&format!(
            "{} kernels are {mean:.2} times as fast as their defaults in the geometric mean, {:.0} % of them twice or more; \
             without a default: {none}\n",
            gains.len(),
            100.0 * twice
        ))
    }
}

/// What all kernels together say.
struct Summary {
    /// How many times faster each kernel is than its default: the geometric mean over sizes and element types.
    gains: Vec<(&'static str, f64)>,
    /// The geometric mean of these.
    mean: f64,
    /// The share of these that are 2 or more.
    twice: f64,
    without: Vec<&'static str>,
}

impl Summary {
    fn of(logarithms: &BTreeMap<&'static str, Vec<f64>>) -> Self {
        let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
        let (with, without): (Vec<_>, Vec<_>) = logarithms.iter().partition(|(_, gains)| !gains.is_empty());
        let of_kernels: Vec<f64> = with.iter().map(|(_, gains)| mean(gains)).collect();
        let gains: Vec<_> = with.iter().zip(&of_kernels).map(|((kernel, _), gain)| (**kernel, gain.exp())).collect();
        Self {
            twice: gains.iter().filter(|(_, gain)| *gain >= 2.0).count() as f64 / gains.len() as f64,
            mean: mean(&of_kernels).exp(),
            without: without.into_iter().map(|(kernel, _)| *kernel).collect(),
            gains,
        }
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let block = if self.is_at_256 { "256 threads" } else { "its own block" };
        write!(f, "  {:.2} × the default ({:.4} ms, {block})", self.gain, self.default)?;
        self.cudarc.map_or(Ok(()), |cudarc| write!(f, ", with 1024 threads {cudarc:.4} ms"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Defaults, Summary};
    use crate::kernels::find;
    use prism_device::{Device, Dtype};
    use std::collections::BTreeMap;

    #[test]
    fn a_form_has_the_ptx_and_the_block_it_was_given() {
        let relu = find("relu").unwrap();
        let narrow = relu.with_ptx("other").with_block(256).unwrap();
        assert_eq!((narrow.ptx().as_str(), narrow.candidates(), narrow.name), ("other", &[256][..], relu.name));
        assert_ne!(narrow.ptx_hash, relu.ptx_hash);
        assert!(relu.with_block(7).is_none(), "no declaration lists it");
        assert!(find("softmax_rows").unwrap().with_block(256).is_none(), "its shape chooses");
    }

    #[test]
    fn a_kernel_has_a_default_where_the_directory_has_its_ptx() {
        let folder = tempfile::tempdir().unwrap();
        let mut defaults = Defaults { folder: folder.path().into(), device: Device::cpu(), gains: BTreeMap::new() };
        let relu = find("relu").unwrap();
        let case = relu.case(&[("n", 1000)], Dtype::F32, 0);
        assert!(defaults.time(relu, &case, 1.0).unwrap().is_none(), "256 threads are its own");
        std::fs::write(folder.path().join("relu.ptx"), "narrow").unwrap();
        let beside = defaults.time(relu, &case, 1.0).unwrap().unwrap();
        assert!(beside.is_at_256 && beside.gain == beside.default && beside.cudarc.is_some());
        assert_eq!(defaults.gains["relu"], [beside.gain.ln()]);
    }

    #[test]
    fn a_kernel_counts_once_and_one_without_a_default_not_at_all() {
        let gains = |gains: &[f64]| gains.iter().map(|gain| gain.ln()).collect::<Vec<f64>>();
        let kernels = BTreeMap::from([("a", gains(&[1.0, 9.0])), ("b", gains(&[1.0])), ("c", Vec::new())]);
        let summary = Summary::of(&kernels);
        let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 1e-12;
        assert!(near(summary.gains[0].1, 3.0) && near(summary.mean, 3f64.sqrt()));
        assert_eq!((summary.twice, summary.without), (0.5, vec!["c"]));
    }
}
