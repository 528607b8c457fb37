//! A device's counters through NVML, the library behind `nvidia-smi`. It is loaded when it is asked, not before.

use super::context::{Context, driver_error};
use crate::monitor::Reading;
use crate::{Error, ErrorKind, Result};
use nvml_wrapper::enums::gpm::GpmMetricId;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::gpm::gpm_metrics_get;
use nvml_wrapper::{Device, GpmSample, Nvml};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The library, and the device that is asked for.
pub(crate) struct Counters {
    nvml: Nvml,
    uuid: String,
}

impl Counters {
    /// The counters of a device that has them.
    pub fn of(context: &Context) -> Result<Self> {
        let bytes = context.cuda.uuid().map_err(|e| driver_error("asking for the device's UUID", e))?.bytes;
        let counters = Self { nvml: Nvml::init()?, uuid: uuid(bytes.map(|byte| byte as u8)) };
        if counters.device()?.gpm_support()? {
            return Ok(counters);
        }
        let what = format!("SM activity of {}: GPM, which counts it, begins with Hopper", context.properties.name);
        Err(ErrorKind::Unsupported { what }.into())
    }

    fn device(&self) -> Result<Device<'_>> {
        Ok(self.nvml.device_by_uuid(self.uuid.as_str())?)
    }

    /// Reads them, every so often, until `end` has a message or nobody can send one.
    pub fn read(&self, every: Duration, end: &Receiver<()>) -> Result<Vec<Reading>> {
        let device = self.device()?;
        let mut readings = Vec::new();
        let (mut before, mut begun) = (device.gpm_sample()?, Instant::now());
        loop {
            let is_last = end.recv_timeout(every) != Err(RecvTimeoutError::Timeout);
            let (after, now) = (device.gpm_sample()?, Instant::now());
            let seconds = (now - begun).as_secs_f64();
            // The counters are too coarse for a short rest.
            if is_last && seconds < every.as_secs_f64() / 2.0 {
                return Ok(readings);
            }
            readings.push(self.between(&device, &before, &after, seconds)?);
            if is_last {
                return Ok(readings);
            }
            (before, begun) = (after, now);
        }
    }

    fn between(&self, device: &Device, before: &GpmSample, after: &GpmSample, seconds: f64) -> Result<Reading> {
        let asked = [GpmMetricId::SmUtil, GpmMetricId::SmOccupancy];
        let mut shares = [0.0; 2];
        for (share, metric) in shares.iter_mut().zip(gpm_metrics_get(&self.nvml, before, after, &asked)?) {
            *share = metric?.value / 100.0;
        }
        let [sm_activity, sm_occupancy] = shares;
        let utilization = f64::from(device.utilization_rates()?.gpu) / 100.0;
        Ok(Reading { seconds, sm_activity, sm_occupancy, utilization })
    }
}

/// As NVML writes it: `GPU-` and groups of 8, 4, 4, 4 and 12 hexadecimal digits.
fn uuid(bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let [a, b, c, d, e] = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    format!("GPU-{a}-{b}-{c}-{d}-{e}")
}

impl From<NvmlError> for Error {
    fn from(error: NvmlError) -> Self {
        ErrorKind::Unsupported { what: format!("SM activity: NVML says: {error}") }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn a_uuid_is_written_as_nvml_writes_it() {
        let bytes = std::array::from_fn(|i| 0x11 * i as u8);
        assert_eq!(uuid(bytes), "GPU-00112233-4455-6677-8899-aabbccddeeff");
    }
}
