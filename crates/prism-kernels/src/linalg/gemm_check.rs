//! What the kernels of matrix products are checked with, and how far they may be off.

use super::gemm_plain::{Element, Products};
use crate::map::activation::{activate, own_error};
use prism_device::Dtype;
use prism_device::conformance::{Case, Value};

const FACTORS: [f64; 2] = [0.5, -2.0];

/// Other factors than 1 and 0; matrices in another order than their own.
pub(super) fn inputs(case: &mut Case) {
    *case.value("alpha") = Value::Scalar(FACTORS[0].into());
    *case.value("beta") = Value::Scalar(FACTORS[1].into());
    let counts = ["g", "h", "e"].map(|name| case.quantity(name).max(1));
    case.change("which", |which| {
        for (at, matrix) in which.iter_mut().enumerate() {
            *matrix = ((at as u64 / 3 * 2 + 1) % counts[at % 3]) as f64;
        }
    });
}

/// √k·|α|·(|A|·|B|) in units of the accumulator, which an activation stretches; what an activation is off by itself in
/// double precision; and, in eighths, one unit of the result, because the reference is rounded too.
pub(super) fn magnitude(case: &Case) -> Vec<f64> {
    let products = declared(case);
    let which: Vec<u32> = case.doubles("which").into_iter().map(|w| w as u32).collect();
    let operands = ["left", "right", "addend"].map(|name| case.doubles(name));
    let dtype = case.values[0].1.dtype();
    let units = if matches!(dtype, Dtype::F16 | Dtype::BF16) { Dtype::F32.roundoff() / dtype.roundoff() } else { 1.0 };
    let (root, activation) = ((case.quantity("k") as f64).sqrt(), products.activation);
    let stretch = if activation < 2 { 1.0 } else { 1.13 };
    let mut all = vec![0.0; products.b * products.extents[0] * products.extents[1]];
    products.each(operands.each_ref().map(Vec::as_slice), &which, |at, Element { value, magnitude }| {
        let own = if dtype == Dtype::F64 { own_error(value, activation) } else { 0.0 };
        all[at] = stretch * units * root * magnitude + (1.0 + own) / 8.0 * activate(value, activation).abs();
    });
    all
}

fn declared(case: &Case) -> Products {
    let of = |name: &str| case.quantity(name) as usize;
    Products {
        b: of("b"),
        extents: ["m", "n", "k"].map(of),
        counts: ["g", "h", "e"].map(of),
        addend: ["em", "en"].map(of),
        transposed: ["left_transposed", "right_transposed"].map(|name| of(name) as u32),
        factors: FACTORS,
        activation: of("activation") as u32,
    }
}
