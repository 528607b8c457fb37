//! Kernels against their references, and the record of what a device said.

use super::record::{Proof, Record, SANITIZERS};
use crate::args::Place;
use crate::output;
use anyhow::{Context, Result, bail};
use prism_device::{Device, Entry};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// Kernels to compare [default: all]
    names: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Some of the smaller sizes, for running under a sanitizer
    #[arg(long)]
    small: bool,
    /// Also run under compute-sanitizer and write the record of this device into this folder
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<()> {
    let kernels = super::chosen(&args.names)?;
    let device = device(&args.place)?;
    output::print(&format!("device: {device}\n"))?;
    let mut proofs = BTreeMap::new();
    let mut failed = 0;
    for kernel in &kernels {
        let verdict =
            if args.small { kernel.conform(&device, 300, 96) } else { kernel.conform(&device, u64::MAX, usize::MAX) }?;
        let said = verdict.failure.as_deref().unwrap_or("ok");
        output::print(&format!(
            "{:<24} {:>5} calls  worst {:.3} of tolerance  {said}\n",
            kernel.name, verdict.calls, verdict.worst
        ))?;
        failed += usize::from(verdict.failure.is_some());
        proofs.insert(kernel.name.to_owned(), proof(kernel, &verdict));
    }
    if failed > 0 {
        bail!("{failed} of {} kernels miss their tolerance on {device}", kernels.len());
    }
    args.place.close(&device)?;
    match &args.record {
        Some(folder) => record(folder, &device, proofs, &args.names),
        None => Ok(()),
    }
}

/// The CUDA device asked for: the CPU runs the reference itself, and compared with itself it cannot fail.
fn device(place: &Place) -> Result<Device> {
    let device = place.open()?.device;
    if device.is_cuda() {
        return Ok(device);
    }
    let what = "validation compares a CUDA device with the CPU; use --device cuda on a machine that has one".into();
    Err(prism_device::Error::from(prism_device::ErrorKind::Unsupported { what }).into())
}

fn proof(kernel: &Entry, verdict: &prism_device::conformance::Verdict) -> Proof {
    Proof {
        ptx: kernel.ptx_hash.to_owned(),
        sizes: kernel.checks.iter().map(|(n, v)| ((*n).to_owned(), v.to_vec())).collect(),
        calls: verdict.calls,
        worst: verdict.worst,
        sanitizers: BTreeMap::new(),
    }
}

fn record(folder: &Path, device: &Device, mut proofs: BTreeMap<String, Proof>, names: &[String]) -> Result<()> {
    let (Some(driver), Some(name)) = (device.driver(), device.model()) else {
        unreachable!("only a CUDA device is validated");
    };
    let verdicts = std::thread::scope(|scope| {
        let tools = SANITIZERS.map(|tool| (tool, scope.spawn(move || sanitize(tool, names))));
        tools.map(|(tool, run)| (tool, run.join().expect("a sanitizer run does not panic")))
    });
    for (tool, verdict) in verdicts {
        let verdict = verdict?;
        output::print(&format!("{tool}: {verdict}\n"))?;
        for proof in proofs.values_mut() {
            proof.sanitizers.insert(tool.to_owned(), verdict.clone());
        }
    }
    let path = folder.join(format!("{}.json", name.to_lowercase().replace(' ', "-")));
    let at = || path.display().to_string();
    let mut kernels = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str::<Record>(&text).with_context(at)?.kernels,
        Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => return Err(error).with_context(at),
    };
    kernels.extend(proofs);
    kernels.retain(|name, _| prism_kernels::catalogue::find(name).is_some());
    let record =
        Record { device: name.to_owned(), driver: format!("CUDA {}.{}", driver / 1000, driver % 1000 / 10), kernels };
    std::fs::write(&path, serde_json::to_string_pretty(&record)? + "\n").with_context(at)?;
    output::print(&format!("wrote {}\n", path.display()))?;
    Ok(())
}

/// Runs this program again under one tool of compute-sanitizer; its verdict in words.
fn sanitize(tool: &str, names: &[String]) -> Result<String> {
    let mut command = Command::new("compute-sanitizer");
    command.args(["--tool", tool, "--error-exitcode", "99"]);
    command.arg(std::env::current_exe()?).args(["kernels", "validate", "--small", "--device", "cuda"]);
    // Inside a pool's block a tool sees no ends of buffers.
    command.arg("--no-memory-pool").args(names);
    let output = command.output().context("compute-sanitizer, which comes with the CUDA toolkit")?;
    if output.status.success() {
        return Ok("clean".into());
    }
    eprint!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(format!("failed with {}", output.status))
}
