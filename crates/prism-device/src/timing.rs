//! How long kernels take on the device itself.

use crate::device::Kind;
use crate::{Device, Result};
use std::time::Instant;

/// The device time of one launch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KernelTime {
    /// The kernel.
    pub kernel: &'static str,
    /// Milliseconds between the events before and after it.
    pub milliseconds: f32,
}

impl Device {
    /// Records the device time of every launch until [`Device::recorded`]. Costs two events a launch.
    ///
    /// # Errors
    /// The device failed.
    pub fn record(&self) -> Result<()> {
        if let Kind::Cuda(stream) = self.kind() {
            stream.context().record(true)?;
        }
        Ok(())
    }

    /// Ends the recording and returns it, in launch order. Empty on the CPU.
    ///
    /// # Errors
    /// A recorded launch failed.
    pub fn recorded(&self) -> Result<Vec<KernelTime>> {
        match self.kind() {
            Kind::Cpu => Ok(Vec::new()),
            Kind::Cuda(stream) => stream.context().record(false),
        }
    }

    /// The time of `job` in milliseconds: the sum of its kernels' device times on CUDA, wall time on the CPU.
    ///
    /// # Errors
    /// `job` fails.
    pub fn time(&self, job: impl FnOnce() -> Result<()>) -> Result<f64> {
        self.synchronize()?;
        self.record()?;
        let start = Instant::now();
        let done = job();
        let kernels = self.recorded()?;
        done?;
        Ok(if self.is_cuda() { sum(&kernels) } else { start.elapsed().as_secs_f64() * 1e3 })
    }

    /// The times of `times` runs of `job`, as [`Device::time`] gives them, each with the same number of launches. On
    /// CUDA all runs are asked for before the first is waited for, so that no time contains a gap between launches.
    ///
    /// # Errors
    /// `job` fails.
    pub fn times(&self, times: usize, mut job: impl FnMut() -> Result<()>) -> Result<Vec<f64>> {
        if !self.is_cuda() {
            return (0..times).map(|_| self.time(&mut job)).collect();
        }
        self.record()?;
        let done: Result<Vec<()>> = (0..times).map(|_| job()).collect();
        let kernels = self.recorded()?;
        done?;
        let launches = kernels.len().checked_div(times).unwrap_or(0);
        Ok((0..times).map(|run| sum(&kernels[run * launches..][..launches])).collect())
    }
}

fn sum(kernels: &[KernelTime]) -> f64 {
    kernels.iter().map(|k| f64::from(k.milliseconds)).sum()
}
