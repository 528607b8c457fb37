//! Reads a kernel declaration; prints its Rust face and its CUDA face.
