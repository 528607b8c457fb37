//! How busy the multiprocessors of a GPU are over a stretch of time.
//!
//! The driver counts the time in which a multiprocessor has a warp to run (GPM, from Hopper on). `utilization.gpu`, which
//! `nvidia-smi` shows, is the share of time in which any kernel ran: one block on one multiprocessor makes it 100 %.

use crate::cuda::Counters;
use crate::device::Kind;
use crate::{Device, ErrorKind, Result};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the counters are read.
const EVERY: Duration = Duration::from_millis(100);

/// A GPU that is being watched, by a thread of its own; dropping it ends that.
pub struct Activity {
    end: Sender<()>,
    thread: JoinHandle<Result<Vec<Reading>>>,
}

/// What was counted from one reading to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Seconds since the reading before.
    pub seconds: f64,
    /// The share of time in which a multiprocessor had a warp to run, in the mean of all multiprocessors.
    pub sm_activity: f64,
    /// Warps that a multiprocessor had, as a share of the most it can have, in the mean of all.
    pub sm_occupancy: f64,
    /// `utilization.gpu`: the share of time in which a kernel ran, over a period that the driver chooses.
    pub utilization: f64,
}

/// Everything that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// In order of time.
    pub readings: Vec<Reading>,
}

impl Activity {
    /// Begins to watch a device, ten times a second.
    ///
    /// # Errors
    /// `Unsupported`, with the reason, on the CPU, without NVML or on a GPU without GPM.
    pub fn watch(device: &Device) -> Result<Self> {
        let Kind::Cuda(stream) = device.kind() else {
            return Err(ErrorKind::Unsupported { what: "SM activity of a CPU; it is a GPU's".into() }.into());
        };
        let counters = Counters::of(stream.context())?;
        let (end, ended): (_, Receiver<()>) = channel();
        let thread = std::thread::spawn(move || counters.read(EVERY, &ended));
        Ok(Self { end, thread })
    }

    /// Ends it; what was read.
    ///
    /// # Errors
    /// `Unsupported` when NVML failed in between.
    pub fn end(self) -> Result<Watched> {
        drop(self.end);
        let readings = self.thread.join().expect("reading counters does not panic")?;
        Ok(Watched { readings })
    }
}

impl Watched {
    /// The seconds watched.
    pub fn seconds(&self) -> f64 {
        self.readings.iter().map(|reading| reading.seconds).sum()
    }

    /// The mean of [`Reading::sm_activity`] over the time watched; NaN of no reading.
    pub fn sm_activity(&self) -> f64 {
        self.mean(|reading| reading.sm_activity)
    }

    /// The mean of [`Reading::sm_occupancy`] over the time watched; NaN of no reading.
    pub fn sm_occupancy(&self) -> f64 {
        self.mean(|reading| reading.sm_occupancy)
    }

    /// The mean of [`Reading::utilization`] over the time watched; NaN of no reading.
    pub fn utilization(&self) -> f64 {
        self.mean(|reading| reading.utilization)
    }

    fn mean(&self, of: fn(&Reading) -> f64) -> f64 {
        self.readings.iter().map(|reading| reading.seconds * of(reading)).sum::<f64>() / self.seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::{Activity, Reading, Watched};
    use crate::Device;

    fn reading(seconds: f64, share: f64) -> Reading {
        Reading { seconds, sm_activity: share, sm_occupancy: share / 2.0, utilization: 1.0 }
    }

    #[test]
    fn means_are_over_time_not_over_readings() {
        let watched = Watched { readings: vec![reading(3.0, 1.0), reading(1.0, 0.0)] };
        assert_eq!((watched.seconds(), watched.sm_activity()), (4.0, 0.75));
        assert_eq!((watched.sm_occupancy(), watched.utilization()), (0.375, 1.0));
        assert!(Watched { readings: Vec::new() }.sm_activity().is_nan());
    }

    #[test]
    fn a_cpu_has_no_multiprocessors_to_watch() {
        let refused = Activity::watch(&Device::cpu()).err().expect("no GPU");
        assert_eq!(refused.to_string(), "unsupported: SM activity of a CPU; it is a GPU's");
    }

    #[test]
    fn a_gpu_is_watched_or_says_why_not() {
        let Ok(device) = Device::cuda(0) else { return };
        match Activity::watch(&device) {
            Err(reason) => assert!(reason.is_unsupported(), "{reason}"),
            Ok(activity) => {
                std::thread::sleep(super::EVERY * 3);
                let watched = activity.end().unwrap();
                assert!((0.2..0.5).contains(&watched.seconds()), "{watched:?}");
                assert!((0.0..=1.0).contains(&watched.sm_activity()), "{watched:?}");
            }
        }
    }
}
