//! How long kernels take.

use crate::args::Place;
use crate::output;
use anyhow::Result;
use prism_device::{Access, Device, Dtype, Entry, Param, ParamKind, Samples};
use serde_json::json;

const WARM_UP: usize = 3;
const REPETITIONS: usize = 20;

#[derive(clap::Args)]
pub struct Args {
    /// Kernels to time [default: all]
    names: Vec<String>,
    #[command(flatten)]
    place: Place,
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
}

pub fn run(args: &Args) -> Result<()> {
    let kernels = super::chosen(&args.names)?;
    let taken = args.place.open()?;
    if !args.json {
        output::print(&format!("device: {taken}; the median of {REPETITIONS} after {WARM_UP}, random inputs\n"))?;
    }
    for kernel in kernels {
        for sizes in kernel.benches {
            for &element in kernel.elements() {
                print(kernel, &time(kernel, sizes, element, &taken.device)?, args.json)?;
            }
        }
    }
    args.place.close(&taken.device)
}

fn time(kernel: &Entry, sizes: &[(&'static str, u64)], element: Dtype, device: &Device) -> Result<Timing> {
    let case = kernel.case(sizes, element, 2);
    let mut uploaded = case.upload(device)?;
    let times = device.times(WARM_UP + REPETITIONS, || kernel.run_uploaded(&mut uploaded))?.split_off(WARM_UP);
    let times = Samples::of(times);
    let median = times.median();
    let bytes: usize = kernel.params.iter().zip(&uploaded).map(|(param, buffer)| passes(param) * buffer.bytes()).sum();
    let quantities: Vec<u64> = kernel.quantity_names().map(|name| case.quantity(name)).collect();
    let sizes = sizes.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ");
    Ok(Timing {
        sizes,
        element,
        times,
        gigabytes_per_second: bytes as f64 / median / 1e6,
        gigaops_per_second: kernel.ops.map(|ops| ops(&quantities) as f64 / median / 1e6),
    })
}

/// How often a kernel has to move a buffer: what it changes in place it reads and writes.
fn passes(param: &Param) -> usize {
    match param.kind {
        ParamKind::Buffer { access: Access::InOut, .. } => 2,
        _ => 1,
    }
}

fn print(kernel: &Entry, t: &Timing, as_json: bool) -> Result<()> {
    if as_json {
        let line = json!({
            "kernel": kernel.name, "ptx": kernel.ptx_hash, "sizes": t.sizes, "element": t.element.name(),
            "median_ms": t.times.median(), "fastest_ms": t.times.smallest(), "slowest_ms": t.times.largest(),
            "gb_per_s": t.gigabytes_per_second, "gop_per_s": t.gigaops_per_second,
        });
        return output::print_json(&line);
    }
    let ops = t.gigaops_per_second.map_or(String::new(), |g| format!("  {g:.0} Gop/s"));
    output::print(&format!(
        "{:<24} {:<4} {:<44} {:>10.4} ms  [{:.4}, {:.4}]  {:.1} GB/s{ops}\n",
        kernel.name,
        t.element,
        t.sizes,
        t.times.median(),
        t.times.smallest(),
        t.times.largest(),
        t.gigabytes_per_second
    ))
}
