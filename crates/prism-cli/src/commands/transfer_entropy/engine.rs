//! The call into the library.

use anyhow::Result;
use prism_ai::network::Network;
use prism_ai::progress::Progress;
use prism_ai::transfer_entropy::Plan;
use prism_device::Device;

/// Estimates and tests every pair.
pub fn run(plan: &Plan, device: &Device, progress: &dyn Progress) -> Result<Network> {
    Ok(plan.run(device, progress)?)
}
