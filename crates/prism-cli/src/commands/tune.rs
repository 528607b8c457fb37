//! Finds the fastest block size of kernels by measurement and remembers it for later runs.

use crate::args::Place;
use crate::exit::Usage;
use crate::progress::Shown;
use crate::{interrupt, kernels, output};
use anyhow::{Result, bail};
use clap::ValueEnum;
use prism_ai::progress::Progress;
use prism_device::tune::{Grid, Guided, Origin, PerformanceTuner, ProfileStore, Random, TuningProfile};
use prism_device::{Device, DeviceChoice, Dtype, Entry};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Tune {
    /// Kernels to tune [default: all that have a choice]
    kernels: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// The order in which candidates are measured
    #[arg(long, value_enum, default_value_t = Algorithm::Guided)]
    algorithm: Algorithm,
    /// Keep the profiles in this file, which launches do not ask [default: in the user's cache directory]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only list the kernels that have a choice
    #[arg(long)]
    list: bool,
    /// One JSON object a line instead of a table
    #[arg(long)]
    json: bool,
    /// No progress
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Algorithm {
    Guided,
    Grid,
    Random,
}

/// One size of a kernel's benchmark in one element type.
struct Job {
    kernel: &'static Entry,
    element: Dtype,
    sizes: &'static [(&'static str, u64)],
}

impl Tune {
    /// Tunes and prints what was found, or lists what there is to tune.
    pub fn run(&self) -> Result<()> {
        let kernels = self.chosen()?;
        if self.list {
            return kernels.into_iter().try_for_each(|kernel| self.print_choice(kernel));
        }
        let device = self.device()?;
        let store = self.store(&device)?;
        interrupt::listen()?;
        let jobs: Vec<Job> = kernels.into_iter().flat_map(jobs).collect();
        self.head(&device)?;
        let (speedups, failed) = self.tune_all(&jobs, &device, &store)?;
        self.foot(&speedups, &store)?;
        self.place.close(&device)?;
        if interrupt::asked() {
            return Err(prism_ai::Error::from(prism_ai::ErrorKind::Interrupted).into());
        }
        if failed > 0 {
            bail!("{failed} of {} could not be tuned", jobs.len());
        }
        Ok(())
    }

    fn chosen(&self) -> Result<Vec<&'static Entry>> {
        let mut chosen = kernels::chosen(&self.kernels)?;
        let has_choice = |kernel: &&Entry| kernel.candidates().len() > 1;
        if let Some(settled) = chosen.iter().find(|kernel| !self.kernels.is_empty() && !has_choice(kernel)) {
            let what = "has one block size and nothing to tune; `prism-ai tune --list` shows those that have more";
            return Err(Usage(format!("kernel `{}` {what}", settled.name)).into());
        }
        chosen.retain(has_choice);
        Ok(chosen)
    }

    /// The GPU asked for: the CPU launches nothing.
    fn device(&self) -> Result<Device> {
        if self.place.device == DeviceChoice::Cpu {
            return Err(Usage("tuning measures on a GPU; leave out --device cpu".into()).into());
        }
        let device = self.place.open()?.device;
        if device.is_cuda() { Ok(device) } else { Ok(Device::cuda(0)?) }
    }

    fn store(&self, device: &Device) -> Result<ProfileStore> {
        let origin = Origin::of(device).expect("a GPU has a model and a driver");
        let store = match &self.output {
            Some(path) => Some(ProfileStore::at(path, origin)),
            None => ProfileStore::of_user(origin),
        };
        let missing = "--output: name a file; the environment names neither a cache (XDG_CACHE_HOME) nor a home (HOME)";
        Ok(store.ok_or_else(|| Usage(missing.into()))?)
    }

    /// The gains over the defaults, and the number of jobs that failed. Each profile is kept as it is found.
    fn tune_all(&self, jobs: &[Job], device: &Device, store: &ProfileStore) -> Result<(Vec<f64>, usize)> {
        let tuner = self.algorithm.tuner();
        let progress = Shown::new(self.quiet, "sizes");
        progress.begin(jobs.len() as u64);
        let (mut speedups, mut failed) = (Vec::new(), 0);
        for job in jobs.iter().take_while(|_| !progress.cancelled()) {
            match tuner.tune_kernel(job.kernel, job.element, job.sizes, device) {
                Ok(profile) => {
                    if let Some(notice) = interrupt::whole(|| store.save(std::slice::from_ref(&profile)))? {
                        progress.beside(|| output::say(&format!("warning: {notice}")));
                    }
                    progress.beside(|| self.print(job, &profile))?;
                    speedups.push(profile.speedup());
                }
                Err(error) => {
                    failed += 1;
                    progress.beside(|| output::say(&format!("warning: {error}")));
                }
            }
            progress.advance(1);
        }
        Ok((speedups, failed))
    }

    fn head(&self, device: &Device) -> Result<()> {
        if self.json {
            return Ok(());
        }
        output::print(&format!(
            "device: {device}\n{:<36} {:>7} {:>7} {:>8} {:>7} {:>6} {:>7}  sizes\n",
            "kernel", "default", "best", "speed-up", "tried", "failed", "refused"
        ))
    }

    fn print(&self, job: &Job, profile: &TuningProfile) -> Result<()> {
        let TuningProfile { kernel, default, best, tried, candidates, failed, refused, .. } = profile;
        let [from, to] = [default, best].map(|measured| measured.config.block_size);
        if self.json {
            return output::print_json(&json!({
                "kernel": kernel, "sizes": kernels::sizes(job.sizes), "default": from, "best": to, "speedup": profile.speedup(),
                "default_ms": 1e3 / default.throughput, "best_ms": 1e3 / best.throughput,
                "tried": tried, "candidates": candidates, "failed": failed, "refused": refused, "ptx": profile.ptx,
            }));
        }
        let tried = format!("{tried} of {candidates}");
        output::print(&format!(
            "{kernel:<36} {from:>7} {to:>7} {:>8.3} {tried:>7} {failed:>6} {refused:>7}  {}\n",
            profile.speedup(),
            kernels::sizes(job.sizes)
        ))
    }

    fn foot(&self, speedups: &[f64], store: &ProfileStore) -> Result<()> {
        let mean = geometric_mean(speedups);
        let path = store.path().display().to_string();
        if self.json {
            return output::print_json(&json!({ "tuned": speedups.len(), "geometric_mean": mean, "file": path }));
        }
        let mean = mean.map(|mean| format!(", {mean:.3} times the default in the geometric mean")).unwrap_or_default();
        output::print(&format!("{} tuned{mean}; profiles in {path}\n", speedups.len()))
    }

    fn print_choice(&self, kernel: &Entry) -> Result<()> {
        let (blocks, benches) = (kernel.candidates(), kernel.benches);
        if self.json {
            let sizes = benches.iter().map(|bench| kernels::sizes(bench)).collect::<Vec<_>>();
            return output::print_json(&json!({ "kernel": kernel.name, "blocks": blocks, "sizes": sizes }));
        }
        let blocks = blocks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let plural = if benches.len() == 1 { "" } else { "s" };
        output::print(&format!("{:<28} {blocks:<20} {} size{plural}\n", kernel.name, benches.len()))
    }
}

impl Algorithm {
    fn tuner(self) -> PerformanceTuner {
        match self {
            Self::Guided => PerformanceTuner::with_algorithm(Guided::default()),
            Self::Grid => PerformanceTuner::with_algorithm(Grid),
            Self::Random => PerformanceTuner::with_algorithm(Random { seed: 0, trials: usize::MAX }),
        }
    }
}

fn jobs(kernel: &'static Entry) -> impl Iterator<Item = Job> {
    let of = move |&element| kernel.benches.iter().map(move |&sizes| Job { kernel, element, sizes });
    kernel.elements().iter().flat_map(of)
}

/// None of nothing.
fn geometric_mean(values: &[f64]) -> Option<f64> {
    let logarithms: f64 = values.iter().map(|value| value.ln()).sum();
    (!values.is_empty()).then(|| (logarithms / values.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::geometric_mean;

    #[test]
    fn a_gain_and_an_equal_loss_are_none_together() {
        assert_eq!(geometric_mean(&[]), None);
        assert!((geometric_mean(&[4.0, 0.25, 8.0]).unwrap() - 2.0).abs() < 1e-12);
    }
}
