//! How long kernels take.

use super::defaults::{Beside, Defaults};
use crate::args::Place;
use crate::output;
use anyhow::Result;
use prism_device::conformance::{Case, Uploaded, Value};
use prism_device::{Access, Device, Dtype, Entry, Param, ParamKind, Samples};
use serde_json::json;
use std::path::PathBuf;

const WARM_UP: usize = 3;
const REPETITIONS: usize = 20;

#[derive(clap::Args)]
pub struct Args {
    /// Kernels to time [default: all]
    names: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Time the PTX of this folder beside, with 256 and 1024 threads a block: a default, as bench/defaults.sh makes it
    #[arg(long, value_name = "DIR")]
    defaults: Option<PathBuf>,
    /// One JSON object a line instead of a table
    #[arg(long)]
    json: bool,
}

/// One timed size of one kernel, in milliseconds.
struct Timing {
    sizes: String,
    element: Dtype,
    times: Samples,
    gigabytes_per_second: f64,
    gigaops_per_second: Option<f64>,
    beside: Option<Beside>,
}

pub fn run(args: &Args) -> Result<()> {
    let kernels = super::chosen(&args.names)?;
    let mut defaults = args.defaults.as_deref().map(|folder| Defaults::open(folder, args.place.device)).transpose()?;
    let taken = args.place.open()?;
    if !args.json {
        output::print(&format!("device: {taken}; the median of {REPETITIONS} after {WARM_UP}, random inputs\n"))?;
    }
    for kernel in kernels {
        for sizes in kernel.benches {
            for &element in kernel.elements() {
                let case = kernel.case(sizes, element, 2);
                let mut timing = time(kernel, &case, element, &taken.device)?;
                if let Some(defaults) = &mut defaults {
                    timing.beside = defaults.time(kernel, &case, timing.times.median())?;
                }
                print(kernel, &timing, args.json)?;
            }
        }
    }
    if let Some(defaults) = &defaults {
        defaults.summary(args.json)?;
    }
    args.place.close(&taken.device)
}

/// Milliseconds of launches on arguments that are on the device.
pub fn launches(kernel: &Entry, uploaded: &mut [Uploaded], device: &Device) -> Result<Samples> {
    let times = device.times(WARM_UP + REPETITIONS, || kernel.run_uploaded(uploaded))?;
    Ok(Samples::of(times[WARM_UP..].to_vec()))
}

fn time(kernel: &Entry, case: &Case, element: Dtype, device: &Device) -> Result<Timing> {
    let times = launches(kernel, &mut case.upload(device)?, device)?;
    let median = times.median();
    let bytes: usize = kernel.params.iter().zip(&case.values).map(|(param, (_, value))| moved(param, value)).sum();
    let quantities: Vec<u64> = kernel.quantity_names().map(|name| case.quantity(name)).collect();
    Ok(Timing {
        sizes: super::sizes(&case.quantities),
        element,
        times,
        gigabytes_per_second: bytes as f64 / median / 1e6,
        gigaops_per_second: kernel.ops.map(|ops| ops(&quantities) as f64 / median / 1e6),
        beside: None,
    })
}

/// The bytes that a kernel has to move of an argument: what it changes in place it reads and writes.
fn moved(param: &Param, value: &Value) -> usize {
    let bytes = value.shape().iter().product::<usize>() * value.dtype().size() as usize;
    match param.kind {
        ParamKind::Scalar => 0,
        ParamKind::Buffer { access: Access::InOut, .. } => 2 * bytes,
        ParamKind::Buffer { .. } => bytes,
    }
}

fn print(kernel: &Entry, t: &Timing, as_json: bool) -> Result<()> {
    if as_json {
        let mut line = json!({
            "kernel": kernel.name, "ptx": kernel.ptx_hash, "sizes": t.sizes, "element": t.element.name(),
            "median_ms": t.times.median(), "fastest_ms": t.times.smallest(), "slowest_ms": t.times.largest(),
            "gb_per_s": t.gigabytes_per_second, "gop_per_s": t.gigaops_per_second,
        });
        if let Some(beside) = &t.beside {
            line["default_ms"] = beside.default.into();
            line["default_threads"] = beside.is_at_256.then_some(256).into();
            line["cudarc_ms"] = beside.cudarc.into();
            line["gain"] = beside.gain.into();
        }
        return output::print_json(&line);
    }
    let ops = t.gigaops_per_second.map_or(String::new(), |g| format!("  {g:.0} Gop/s"));
    let beside = t.beside.as_ref().map(ToString::to_string).unwrap_or_default();
    output::print(&format!(
        "{:<24} {:<4} {:<44} {:>10.4} ms  [{:.4}, {:.4}]  {:.1} GB/s{ops}{beside}\n",
        kernel.name,
        t.element,
        t.sizes,
        t.times.median(),
        t.times.smallest(),
        t.times.largest(),
        t.gigabytes_per_second
    ))
}
