//! A kernel in another form than its declaration gives it, to be compared with it.

use crate::{BlockSize, Entry};

impl Entry {
    /// The kernel with another compiled form, which is kept to the end of the process. A device must not run both: it
    /// knows functions by name.
    #[must_use]
    pub fn with_ptx(&self, ptx: &str) -> Self {
        let deflated_ptx = miniz_oxide::deflate::compress_to_vec(ptx.as_bytes(), 1).leak();
        let ptx_hash = blake3::hash(ptx.as_bytes()).to_hex().to_string().leak();
        Self { deflated_ptx, ptx_hash, ..*self }
    }

    /// The kernel with that number of threads a block and no other; none where its declaration does not list it, or
    /// chooses by shape.
    #[must_use]
    pub fn with_block(&self, threads: u32) -> Option<Self> {
        let sizes = self.candidates();
        let at = sizes.iter().position(|listed| *listed == threads)?;
        Some(Self { block: BlockSize::Candidates(&sizes[at..=at]), ..*self })
    }
}
