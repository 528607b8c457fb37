//! The catalogue of PRISM-AI's kernels: CUDA bodies, references, fast CPU bodies.
//!
//! A folder is a family, a file pair `<kernel>.rs` and `<kernel>.cu` is a kernel: the Rust function declares it and is
//! its reference, the CUDA function of the same name is its device form.

pub mod argument;
pub mod attention;
mod batch;
pub mod broadcast;
pub mod catalogue;
mod columns;
pub mod dynamics;
pub mod energy;
pub mod gather;
pub mod image;
pub mod information;
pub mod kalman;
pub mod knn;
pub mod ksg;
pub mod linalg;
pub mod map;
pub mod neuro;
pub mod norm;
pub mod quantum;
pub mod random;
pub mod recurrent;
pub mod reduce;
pub mod rows;
pub mod series;
pub mod special;
pub mod tensor;
pub mod topology;
