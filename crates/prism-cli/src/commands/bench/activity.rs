//! How busy a network of transfer entropy keeps a GPU.

use super::figures::Figures;
use anyhow::Result;
use prism_ai::Series;
use prism_ai::progress::Silent;
use prism_ai::transfer_entropy::{Plan, Settings};
use prism_device::Device;
use prism_device::memory::Report;
use prism_device::monitor::{Activity, Watched};
use prism_device::philox::Philox;
use serde_json::json;

const CHANNELS: usize = 32;
const SAMPLES: usize = 10_000;
const SURROGATES: usize = 100;

/// Watches the multiprocessors while every pair of a synthetic recording is estimated, and counts what the driver was asked
/// for meanwhile.
pub fn measure(device: &Device, figures: &mut Figures) -> Result<()> {
    let Some(before) = device.memory_report() else {
        return figures.missing("activity and memory.network_reuse", "they are a GPU's");
    };
    // Without this the driver compiles kernels while the network is watched.
    network(Some(vec![0]))?.run(device, &Silent)?;
    let network = network(None)?;
    let activity = Activity::watch(device);
    network.run(device, &Silent)?;
    let watched = activity.and_then(Activity::end);
    reuse(&before, &device.memory_report().unwrap_or_default(), figures)?;
    match watched {
        Ok(watched) => say(&watched, figures),
        Err(reason) => figures.missing("activity", &reason.to_string()),
    }
}

fn network(targets: Option<Vec<usize>>) -> Result<Plan> {
    let settings = Settings { surrogates: SURROGATES, targets, ..Settings::default() };
    let names = (0..CHANNELS).map(|v| format!("x{v}")).collect();
    Ok(Plan::new(Series::new(names, recording())?, settings)?)
}

fn say(watched: &Watched, figures: &mut Figures) -> Result<()> {
    let (sm, occupancy, seconds) = (watched.sm_activity(), watched.sm_occupancy(), watched.seconds());
    let [busy, warps, any] = [sm, occupancy, watched.utilization()].map(|share| 100.0 * share);
    let line = format!(
        "network of {CHANNELS} channels, {seconds:.2} s: SM activity {busy:.1} %, warps {warps:.1} % of the most; \
         utilization.gpu, which any kernel makes 100 %, {any:.1} %"
    );
    let more = json!({ "channels": CHANNELS, "samples": SAMPLES, "surrogates": SURROGATES, "seconds": seconds,
        "utilization_gpu": watched.utilization(),
        "sm_readings": watched.readings.iter().map(|reading| reading.sm_activity).collect::<Vec<_>>() });
    figures.group("activity", &[("sm", sm), ("occupancy", occupancy)], &line, more)
}

/// How much of what the network asked for the pool had.
fn reuse(before: &Report, after: &Report, figures: &mut Figures) -> Result<()> {
    let requests = after.asked.allocations - before.asked.allocations;
    let of_driver = after.source.allocations - before.source.allocations;
    let reuse = 1.0 - of_driver as f64 / requests as f64;
    let line = format!("network's memory: {:.2} % of {requests} requests served again", 100.0 * reuse);
    let more = json!({ "network_requests": requests, "network_driver_allocations": of_driver });
    figures.group("memory", &[("network_reuse", reuse)], &line, more)
}

/// Coupled channels, each half of its own past and 0.4 of the past of the one before, with normal noise.
fn recording() -> Vec<Vec<f64>> {
    let mut channels = vec![vec![0.0; SAMPLES]; CHANNELS];
    for t in 1..SAMPLES {
        for v in 0..CHANNELS {
            let noise = Philox::new(20, v as u64).normal(t as u64);
            channels[v][t] = 0.5 * channels[v][t - 1] + 0.4 * channels[(v + CHANNELS - 1) % CHANNELS][t - 1] + noise;
        }
    }
    channels
}
