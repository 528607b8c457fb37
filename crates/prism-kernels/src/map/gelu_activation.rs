//! The Gaussian error linear unit.

use super::plain::{gelu, gelu_argument, gelu_by_tanh};
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// x·Φ(x) of every element, Φ the standard normal distribution function.
///
/// `x [n]` → `y [n]`. With `approximate` = 0 exactly, as ½x·erfc(−x/√2): 1 + erf would lose all digits below −3. With 1
/// x·σ(2z), z = √(2/π)(x + 0.044715x³), which equals ½x(1 + tanh z). −0 at −∞, the limit. O(n), memory-bound. Equals
/// `torch.nn.functional.gelu`, but for its NaN at −∞. Hendrycks & Gimpel 2016.
#[kernel(
    operation,
    choices(approximate = [none, tanh]),
    threads = n.div_ceil(8),
    block = [256],
    wide(n),
    requires(approximate <= 1),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097], approximate = [0, 1]),
    bench(n = 67_108_864, approximate = 0),
    bench(n = 67_108_864, approximate = 1),
    inputs = super::arguments,
    tolerance = Conditioned(condition, 1e-30),
)]
pub fn gelu_activation<T: Float>(
    #[shape(n..)] x: &[T],
    #[shape(n..)] y: &mut [T],
    /// The approximation by tanh, or none.
    approximate: u32,
) {
    for i in 0..n {
        let x = x[i].into();
        y[i] = T::nearest(if approximate == 1 { gelu_by_tanh(x) } else { gelu(x) });
    }
}

/// How much the rounding of an argument is magnified: 8 + 2x² for erfc, 8 + 8|z| for σ.
fn condition(case: &Case, _: &str) -> Vec<f64> {
    let by_tanh = case.quantity("approximate") == 1;
    case.doubles("x")
        .into_iter()
        .map(|x| 8.0 + if by_tanh { 8.0 * gelu_argument(x).abs() } else { 2.0 * x * x })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::on_cpu;
    use super::gelu_activation;
    use approx::assert_relative_eq;

    /// Both formulas in 50 digits, mpmath 1.4.
    #[test]
    fn keeps_its_digits_in_the_tail() {
        for (approximate, expected) in [
            (0, [0.841_344_746_068_542_9, -1.433_257_859_395_969_5e-6]),
            (1, [0.841_191_990_608_276_7, -2.291_796_196_629_506e-7]),
        ] {
            let y = on_cpu::<f64>(|x, y| gelu_activation(x, y, approximate), &[1.0, -5.0, 0.0, 40.0]);
            assert_relative_eq!(y[0], expected[0], max_relative = 1e-14);
            assert_relative_eq!(y[1], expected[1], max_relative = 1e-12);
            assert_eq!(y[2..], [0.0, 40.0]);
        }
    }

    #[test]
    fn its_limit_at_minus_infinity_is_minus_zero() {
        for approximate in [0, 1] {
            let y = on_cpu::<f32>(|x, y| gelu_activation(x, y, approximate), &[f64::NEG_INFINITY, f64::INFINITY]);
            assert_eq!((y[0].to_bits(), y[1]), ((-0.0f64).to_bits(), f64::INFINITY));
        }
    }
}
