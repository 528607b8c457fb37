//! The device times of launches.

use super::context::driver_error;
use crate::Result;
use crate::timing::KernelTime;
use cudarc::driver::CudaEvent;
use std::sync::{Mutex, PoisonError};

/// The events before and after launches, in order.
#[derive(Default)]
pub(crate) struct Recording(Mutex<Vec<(&'static str, CudaEvent, CudaEvent)>>);

impl Recording {
    pub(super) fn add(&self, kernel: &'static str, (start, end): (CudaEvent, CudaEvent)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((kernel, start, end));
    }

    /// Waits for the launches and takes their times.
    pub(crate) fn take(&self) -> Result<Vec<KernelTime>> {
        let launches = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        launches
            .iter()
            .map(|(kernel, start, end)| {
                let milliseconds = start.elapsed_ms(end).map_err(|e| driver_error(kernel, e))?;
                Ok(KernelTime { kernel, milliseconds })
            })
            .collect()
    }
}
