//! `devices`: what `--device` can name on this machine.

use crate::output;
use anyhow::Result;
use prism_device::Device;
use serde_json::{Value, json};

/// The devices of this machine.
#[derive(clap::Args)]
pub struct Devices {
    /// Print one JSON array instead of lines
    #[arg(long)]
    json: bool,
}

impl Devices {
    /// Prints them, the CPU first.
    pub fn run(&self) -> Result<()> {
        let devices = Device::all();
        if self.json {
            return output::print_json(&devices.iter().map(described).collect());
        }
        let mut lines: Vec<String> = devices.iter().map(line).collect();
        if let (1, Err(error)) = (devices.len(), Device::cuda(0)) {
            lines.push(format!("no GPU: {error}\n"));
        }
        output::print(&lines.concat())
    }
}

fn line(device: &Device) -> String {
    let memory = device.memory().ok().flatten();
    let memory = memory.map(|(free, total)| format!("  {} of {} MiB free", free >> 20, total >> 20));
    let driver = device.driver().map(|v| format!(", driver for CUDA {}.{}", v / 1000, v % 1000 / 10));
    format!("{device}{}{}\n", memory.unwrap_or_default(), driver.unwrap_or_default())
}

fn described(device: &Device) -> Value {
    let memory = device.memory().ok().flatten();
    json!({
        "device": device.to_string().split(' ').next(),
        "model": device.model(),
        "driver": device.driver(),
        "multiprocessors": device.is_cuda().then(|| device.multiprocessors()),
        "free_bytes": memory.map(|m| m.0),
        "total_bytes": memory.map(|m| m.1),
    })
}
