//! The arguments of a reference as doubles, from its buffers or from a conformance case.

use super::near::Near;
use super::series::{Gates, Series};
use prism_device::conformance::Case;
use prism_device::{Float, Real};

pub(super) fn doubles<T: Float>(data: &[T]) -> Vec<f64> {
    data.iter().map(|&x| x.into()).collect()
}

/// Writes numbers back in their type.
pub(super) fn store<T: Real>(numbers: &[f64], data: &mut [T]) {
    for (x, &number) in data.iter_mut().zip(numbers) {
        *x = T::nearest(number);
    }
}

pub(super) fn series(case: &Case) -> Series {
    let [reverse, d, b, n, t] = ["reverse", "d", "b", "n", "t"].map(|name| case.quantity(name) as usize);
    let lengths = case.doubles("lengths").into_iter().map(|length| length as usize).collect();
    Series { h: case.doubles("h"), lengths, reverse, d, b, n, t }
}

pub(super) fn gates(case: &Case, gates: usize) -> Gates {
    Gates { count: gates, drive: case.doubles("drive"), w_hh: case.doubles("w_hh"), bias: case.doubles("bias") }
}

/// An argument that is written, as it is before.
pub(super) fn before(case: &Case, name: &str) -> Vec<Near> {
    case.doubles(name).into_iter().map(|at| Near { at, by: 0.0 }).collect()
}

/// How far the elements of an output may lie from the reference, in units of roundoff.
pub(super) fn factors(near: &[Near]) -> Vec<f64> {
    near.iter().map(|near| near.units()).collect()
}

/// Weights of about unit gain, series of every length, one of them longer than there are steps in calls that reverse.
pub(super) fn prepare(case: &mut Case) {
    let [n, t, reverse] = ["n", "t", "reverse"].map(|name| case.quantity(name));
    let gain = 1.0 / (n as f64).sqrt().max(1.0);
    case.change("w_hh", |w| w.iter_mut().for_each(|w| *w *= gain));
    case.change("lengths", |lengths| {
        for (i, length) in lengths.iter_mut().enumerate() {
            *length = ((i as u64 * 2 + t) % (t + 1)) as f64;
        }
        if let Some(third) = lengths.get_mut(2).filter(|_| reverse == 1) {
            *third = t as f64 + 5.0;
        }
    });
}
