//! The streams of a device, by number, and the order of work between them.

use super::context::driver_error;
use crate::memory::{Order, StreamId};
use crate::{ErrorKind, Result};
use cudarc::driver::{CudaContext, CudaStream};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The streams that are open.
#[derive(Default)]
pub(crate) struct Streams(RwLock<BTreeMap<StreamId, Arc<CudaStream>>>);

impl Streams {
    /// Opens a stream under the first number that is free.
    pub fn open(&self, cuda: &Arc<CudaContext>) -> Result<(StreamId, Arc<CudaStream>)> {
        let mut streams = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(id) = StreamId::all().find(|id| !streams.contains_key(id)) else {
            let what = format!("more than {} streams on a device; drop one first", StreamId::MOST);
            return Err(ErrorKind::Unsupported { what }.into());
        };
        let stream = cuda.new_stream().map_err(|e| driver_error("creating a stream", e))?;
        streams.insert(id, stream.clone());
        Ok((id, stream))
    }

    /// Lets go of a stream, whose work is done: nobody need wait for it any more.
    pub fn close(&self, id: StreamId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn get(&self, id: StreamId) -> Option<Arc<CudaStream>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

impl Order for Streams {
    fn order(&self, earlier: StreamId, later: StreamId) {
        let (Some(earlier), Some(later)) = (self.get(earlier), self.get(later)) else { return };
        let ordered = earlier.record_event(None).and_then(|event| later.wait(&event));
        if ordered.is_err() {
            // Without an event the host waits. What fails here too is a device that failed, as every later call says.
            let _ = earlier.synchronize();
        }
    }
}
