//! How busy a network of transfer entropy keeps a GPU.

use super::figures::Figures;
use anyhow::Result;
use prism_ai::Series;
use prism_ai::progress::Silent;
use prism_ai::transfer_entropy::{Plan, Settings};
use prism_device::Device;
use prism_device::monitor::Activity;
use prism_device::philox::Philox;
use serde_json::json;

const CHANNELS: usize = 32;
const SAMPLES: usize = 10_000;
const SURROGATES: usize = 100;

/// Watches the multiprocessors while every pair of a synthetic recording is estimated.
pub fn measure(device: &Device, figures: &mut Figures) -> Result<()> {
    let plan = |targets| {
        let settings = Settings { surrogates: SURROGATES, targets, ..Settings::default() };
        Plan::new(Series::new((0..CHANNELS).map(|v| format!("x{v}")).collect(), recording())?, settings)
    };
    // Without this the driver compiles kernels while the network is watched.
    if device.is_cuda() {
        plan(Some(vec![0]))?.run(device, &Silent)?;
    }
    let network = plan(None)?;
    let activity = match Activity::watch(device) {
        Ok(activity) => activity,
        Err(reason) => return figures.missing("activity", &reason.to_string()),
    };
    network.run(device, &Silent)?;
    let watched = match activity.end() {
        Ok(watched) => watched,
        Err(reason) => return figures.missing("activity", &reason.to_string()),
    };
    let [sm, occupancy] = [watched.sm_activity(), watched.sm_occupancy()];
    let percent = |share: f64| 100.0 * share;
    let line = format!(
        "network of {CHANNELS} channels, {:.2} s: SM activity {:.1} %, warps {:.1} % of the most; utilization.gpu, which any \
         kernel makes 100 %, {:.1} %",
        watched.seconds(),
        percent(sm),
        percent(occupancy),
        percent(watched.utilization())
    );
    let more = json!({ "channels": CHANNELS, "samples": SAMPLES, "surrogates": SURROGATES,
        "seconds": watched.seconds(), "utilization_gpu": watched.utilization(),
        "sm_readings": watched.readings.iter().map(|reading| reading.sm_activity).collect::<Vec<_>>() });
    figures.group("activity", &[("sm", sm), ("occupancy", occupancy)], &line, more)
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
