//! Attention over parts of the keys made one.

use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Outputs of attention over parts of the keys, each weighted by what its part weighs.
///
/// `part [n, parts, dv]`, `top [n, parts]`, log₂ of the weights, −∞ of none → `o [n, dv]`, Σ 2^top·part / Σ 2^top over the
/// parts of a row, and 0 where none weighs anything. O(n·parts·dv).
#[kernel(
    threads = n * dv,
    block = [128, 64, 256, 512],
    wide(n),
    requires(parts >= 1),
    types(f16, bf16, f32),
    check(n = [0, 1, 9, 257], parts = [1, 2, 33, 130], dv = [0, 1, 64, 200]),
    bench(n = 32, parts = 33, dv = 128),
    bench(n = 4_096, parts = 4, dv = 128),
    inputs = weights,
    tolerance = Sum(parts, largest),
)]
pub fn attention_join<T: Float>(
    #[shape(n, parts, dv)] part: &[f32],
    #[shape(n, parts)] top: &[f64],
    #[shape(n, dv)] o: &mut [T],
) {
    for row in 0..n {
        let tops = &top[row * parts..][..parts];
        let most = tops.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let base = if most == f64::NEG_INFINITY { 0.0 } else { most };
        let weights: Vec<f64> = tops.iter().map(|top| (top - base).exp2()).collect();
        let sum: f64 = weights.iter().sum();
        for c in 0..dv {
            let terms = weights.iter().enumerate().map(|(j, w)| w * f64::from(part[(row * parts + j) * dv + c]));
            o[row * dv + c] = T::nearest(if sum == 0.0 { 0.0 } else { terms.sum::<f64>() / sum });
        }
    }
}

/// Weights far apart; parts, and whole rows, without any.
fn weights(case: &mut Case) {
    let parts = case.quantity("parts") as usize;
    case.change("top", |top| {
        for (at, top) in top.iter_mut().enumerate() {
            *top = if at % 5 == 3 || at / parts % 4 == 1 { f64::NEG_INFINITY } else { *top * 20.0 + 100.0 };
        }
    });
}

fn largest(case: &Case) -> Vec<f64> {
    vec![case.doubles("part").into_iter().fold(0.0, |most, x| most.max(x.abs()))]
}
