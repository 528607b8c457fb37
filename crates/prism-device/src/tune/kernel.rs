//! A kernel of the catalogue as something to tune: its block sizes, and a case of its conformance to run them on.

use super::{Candidate, Evaluator, PerformanceTuner, Space, TuningProfile};
use crate::conformance::Uploaded;
use crate::cuda::Recording;
use crate::device::Kind;
use crate::occupancy::{GpuProperties, KernelConfig, KernelTuner};
use crate::run::Launching;
use crate::{Device, Dtype, Entry, ErrorKind, Result, Samples};
use std::cell::RefCell;
use std::sync::Arc;

/// Milliseconds of launches that a candidate is measured by, as far as that is neither too few nor too many launches.
const MEASURED: f64 = 10.0;
const FEWEST: f64 = 3.0;
const MOST: f64 = 15.0;

/// Cases of its checks that a candidate must get right before it may win.
const CHECKED: usize = 8;

/// A kernel on arguments of one size.
pub(super) struct CaseOf<'a> {
    entry: &'a Entry,
    element: Dtype,
    device: &'a Device,
    quantities: Vec<u64>,
    uploaded: RefCell<Vec<Uploaded>>,
    is_stopped: &'a dyn Fn() -> bool,
}

impl PerformanceTuner {
    /// Searches the block sizes of a kernel for the fastest on seeded inputs of these sizes, and keeps the profile. Other
    /// work on the device disturbs what is measured.
    ///
    /// # Errors
    /// `Unsupported` when the device is no GPU, the kernel has nothing to choose from, or its default does not run or is
    /// wrong; out of memory.
    pub fn tune_kernel(
        &self,
        entry: &Entry,
        element: Dtype,
        sizes: &[(&'static str, u64)],
        device: &Device,
    ) -> Result<Arc<TuningProfile>> {
        self.tune_case(&CaseOf::new(entry, element, sizes, device, &|| false)?)
    }

    pub(super) fn tune_case(&self, case: &CaseOf) -> Result<Arc<TuningProfile>> {
        let symbol = case.entry.symbol(case.element, &case.quantities);
        self.tune(&symbol, case.entry.ptx_hash, case.sizes(), &case.space(&symbol)?, case)
    }
}

impl<'a> CaseOf<'a> {
    /// The arguments of these sizes on the device; `is_stopped` ends a search early.
    pub(super) fn new(
        entry: &'a Entry,
        element: Dtype,
        sizes: &[(&'static str, u64)],
        device: &'a Device,
        is_stopped: &'a dyn Fn() -> bool,
    ) -> Result<Self> {
        let refused = |what: String| Err(ErrorKind::Unsupported { what }.into());
        if entry.candidates().len() < 2 {
            return refused(format!("{}: one block size and nothing to tune", entry.name));
        }
        if !device.is_cuda() {
            return refused(format!("{}: tuning measures on a GPU, not on {device}", entry.name));
        }
        let case = entry.case(sizes, element, 2);
        let quantities = entry.quantity_names().map(|name| case.quantity(name)).collect();
        let uploaded = RefCell::new(case.upload(device)?);
        Ok(Self { entry, element, device, quantities, uploaded, is_stopped })
    }

    /// The dimensions, by which profiles are found.
    fn sizes(&self) -> &[u64] {
        &self.quantities[..self.entry.dims.len()]
    }

    /// The block sizes of which the device holds one block at least.
    fn space(&self, symbol: &str) -> Result<Space> {
        let Kind::Cuda(stream) = self.device.kind() else { unreachable!("the device was judged") };
        let registers = stream.registers(self.entry, symbol)?;
        Space::of_kernel(self.entry, self.element, &self.quantities, registers, &stream.context().properties)
    }

    /// Milliseconds of launches in blocks of that many threads.
    fn times(&self, block: u32, launches: usize) -> Result<Vec<f64>> {
        let recording = Recording::default();
        let launching = Launching { block: Some(block), times: Some(&recording) };
        for _ in 0..launches {
            self.entry.run_uploaded_as(&mut self.uploaded.borrow_mut(), launching)?;
        }
        Ok(recording.take()?.iter().map(|time| f64::from(time.milliseconds)).collect())
    }

    /// The median, in milliseconds, after a first launch that is not counted.
    fn median(&self, block: u32) -> Result<Option<f64>> {
        let Some(first) = self.times(block, 1)?.pop() else { return Ok(None) };
        let times = Samples::of(self.times(block, (MEASURED / first).clamp(FEWEST, MOST) as usize)?);
        Ok(Some(times.median()))
    }
}

/// Throughput is in launches a second. What the driver refuses, as blocks that need more registers than there are, did not
/// run; a device that failed refuses all that follows.
impl Evaluator for CaseOf<'_> {
    fn throughput(&self, candidate: &Candidate) -> f64 {
        if (self.is_stopped)() {
            return f64::NAN;
        }
        match self.median(candidate.config.block_size) {
            Ok(milliseconds) => milliseconds.map_or(f64::NAN, |milliseconds| 1e3 / milliseconds),
            Err(error) => {
                tracing::debug!(kernel = self.entry.name, block = candidate.config.block_size, %error, "did not run");
                f64::NAN
            }
        }
    }

    fn is_right(&self, candidate: &Candidate) -> bool {
        let block = candidate.config.block_size;
        let verdict = self.entry.conform_in(block, self.element, self.device, CHECKED);
        verdict.is_ok_and(|verdict| verdict.calls > 0 && verdict.failure.is_none())
    }
}

impl Space {
    /// The block sizes of a kernel for these quantities, on the axis `block`, the default first; without those of which a
    /// multiprocessor of the GPU holds no block. Of a GPU whose limits are not known all are there.
    ///
    /// # Errors
    /// `Parameter` when the quantities leave the kernel no choice.
    pub fn of_kernel(
        entry: &Entry,
        element: Dtype,
        quantities: &[u64],
        registers_per_thread: u32,
        gpu: &GpuProperties,
    ) -> Result<Self> {
        let bytes = element.size();
        let threads = (entry.threads)(quantities, bytes);
        let shared_memory = entry.shared.map_or(0, |shared| shared(quantities, bytes)) as u32;
        let candidate = |&block_size: &u32| {
            let grid_size = u32::try_from(threads.div_ceil(block_size.into())).unwrap_or(u32::MAX);
            let config = KernelConfig { block_size, grid_size, shared_memory, registers_per_thread };
            Candidate { values: vec![block_size], config }
        };
        let space = Self::new(&["block"], entry.candidates().iter().map(candidate).collect())?;
        let Ok(occupancy) = KernelTuner::of(gpu.clone()) else { return Ok(space) };
        let is_held = |candidate: &Candidate| {
            occupancy.calculate_occupancy(&candidate.config).is_ok_and(|info| info.active_blocks_per_sm > 0)
        };
        Ok(space.pruned(is_held))
    }
}
