//! How a kernel is launched.

use serde::{Deserialize, Serialize};

/// The launch of a kernel, as its occupancy depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KernelConfig {
    /// Threads in a block.
    pub block_size: u32,
    /// Blocks in the grid.
    pub grid_size: u32,
    /// Bytes of shared memory of a block, declared and dynamic together.
    pub shared_memory: u32,
    /// Registers of a thread; 0 when they are the compiler's choice and not known.
    pub registers_per_thread: u32,
}
