//! Functions of every element by itself.
//!
//! Elements are `f16`, `bf16`, `f32` or `f64`; the first two are computed in `f32` and rounded once. Memory-bound: an
//! element is read once and written once.

pub(crate) mod activation;
mod elementwise_exp;
mod gelu_activation;
pub(crate) mod plain;
mod relu;
mod sigmoid;
mod tanh;
mod vector_add;

pub(crate) use activation::activate;
pub use activation::{Activation, Approximate};
pub use elementwise_exp::{ELEMENTWISE_EXP, elementwise_exp, elementwise_exp_reference};
pub use gelu_activation::{GELU_ACTIVATION, gelu_activation, gelu_activation_reference};
pub use relu::{RELU, relu, relu_reference};
pub use sigmoid::{SIGMOID, sigmoid, sigmoid_reference};
pub use tanh::{TANH, tanh, tanh_reference};
pub use vector_add::{VECTOR_ADD, vector_add, vector_add_reference};

use prism_device::conformance::Case;

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&VECTOR_ADD, &ELEMENTWISE_EXP, &RELU, &SIGMOID, &TANH, &GELU_ACTIVATION];

/// Arguments of every size among normal ones: zeros of both signs, tails, subnormals, infinities, NaN.
fn arguments(case: &mut Case) {
    const EDGES: [f64; 15] = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1e-40,
        -1e-40,
        1e-310,
        5.0,
        -5.0,
        -13.5,
        -90.0,
        88.8,
        710.0,
        -745.0,
    ];
    case.change("x", |x| x.iter_mut().step_by(3).zip(EDGES.iter().cycle()).for_each(|(x, e)| *x = *e));
}

#[cfg(test)]
fn on_cpu<T: prism_device::Float>(
    kernel: impl Fn(&prism_device::Buffer<T>, &mut prism_device::Buffer<T>) -> prism_device::Result<()>,
    x: &[f64],
) -> Vec<f64> {
    let device = prism_device::Device::cpu();
    let x: Vec<T> = x.iter().map(|&x| T::nearest(x)).collect();
    let mut y = device.zeros(&[x.len()]).unwrap();
    kernel(&device.upload(&x, &[x.len()]).unwrap(), &mut y).unwrap();
    y.download().unwrap().into_iter().map(Into::into).collect()
}
