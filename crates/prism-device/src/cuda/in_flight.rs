//! Copies of locked memory that a stream was asked for, and moments of its work.

use super::context::driver_error;
use super::stream::{Allocation, Stream};
use crate::transfer::{Locked, Pinned};
use crate::{Element, Result};
use cudarc::driver::{CudaEvent, result, sys};
use std::sync::Arc;

/// What a stream was asked for up to here.
pub(crate) struct Moment(CudaEvent);

/// What a copy reads or writes: it stays until the copy is done.
pub struct InFlight<K> {
    kept: Option<K>,
    /// None where it is done already.
    done: Option<Moment>,
}

impl Stream {
    /// The moment that everything asked so far is done.
    pub fn moment(&self) -> Result<Moment> {
        let event = self.cuda.record_event(Some(sys::CUevent_flags::CU_EVENT_DEFAULT));
        event.map(Moment).map_err(|e| driver_error("marking a moment of a stream", e))
    }

    /// What is asked from now on comes after a moment of another stream.
    pub fn after(&self, moment: &Moment) -> Result<()> {
        self.cuda.wait(&moment.0).map_err(|e| driver_error("ordering two streams", e))
    }

    /// Memory for a copy of `from`, which must not be empty; does not wait for it.
    pub fn send<K: Locked>(self: &Arc<Self>, from: K) -> Result<(Allocation, InFlight<K>)> {
        let memory = self.allocate(from.bytes().len())?;
        // SAFETY: the memory is as long as the bytes and of this stream; the bytes do not move and stay until it is done.
        unsafe { result::memcpy_htod_async(memory.address(), from.bytes(), self.cuda.cu_stream()) }
            .map_err(|e| driver_error("uploading", e))?;
        Ok((memory, self.keep(from)?))
    }

    /// Copies memory of this device, on which no other stream is at work, to `to`, as long; does not wait for it.
    pub fn fetch<T: Element>(&self, memory: &Allocation, mut to: Pinned<T>) -> Result<InFlight<Pinned<T>>> {
        assert_eq!(to.bytes_mut().len(), memory.len(), "as many bytes as there are");
        self.cuda.context().bind_to_thread().map_err(|e| driver_error("binding the device to a thread", e))?;
        // SAFETY: both are that long; the host's do not move, and nobody has them until it is done.
        unsafe { result::memcpy_dtoh_async(to.bytes_mut(), memory.address(), self.cuda.cu_stream()) }
            .map_err(|e| driver_error("downloading", e))?;
        self.keep(to)
    }

    /// Keeps what a copy was asked for with. Where no moment can be marked, it waits: nothing may go before the copy is done.
    fn keep<K>(&self, kept: K) -> Result<InFlight<K>> {
        match self.moment() {
            Ok(done) => Ok(InFlight { kept: Some(kept), done: Some(done) }),
            Err(error) => {
                let _ = self.synchronize();
                Err(error)
            }
        }
    }
}

impl Moment {
    /// Waits for it.
    pub fn reached(&self) -> Result<()> {
        self.0.synchronize().map_err(|e| driver_error("waiting for a stream", e))
    }

    /// Milliseconds from an earlier moment of the device; waits for both.
    pub fn since(&self, earlier: &Self) -> Result<f64> {
        earlier.0.elapsed_ms(&self.0).map(f64::from).map_err(|e| driver_error("measuring a stream", e))
    }
}

impl<K> InFlight<K> {
    /// A copy that the host has made.
    pub(crate) fn landed(kept: K) -> Self {
        Self { kept: Some(kept), done: None }
    }

    /// What was copied, when it is.
    ///
    /// # Errors
    /// The device failed.
    pub fn wait(mut self) -> Result<K> {
        self.done.as_ref().map_or(Ok(()), Moment::reached)?;
        Ok(self.kept.take().expect("it is kept until now"))
    }
}

impl<K> Drop for InFlight<K> {
    fn drop(&mut self) {
        // A device that failed copies nothing any more.
        let _ = self.done.as_ref().map(Moment::reached);
    }
}
