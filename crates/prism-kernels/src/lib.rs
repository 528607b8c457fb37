//! The catalogue of PRISM-AI's kernels: CUDA bodies, references, fast CPU bodies.

pub mod ksg;
