//! Vectors along the last axis divided by their norm, sum or deviation.

use super::scale::{edge, normalized, tolerated};
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Every row divided as `by` says.
///
/// `x [r, n]` → `y [r, n]`. `by` counts the norms Σ|x|, (Σx²)^½ and max|x|, each at least `epsilon`; the sum; and, of
/// distances from the mean, the standard deviation with n − `ddof` degrees of freedom. A divisor of 0 gives zeros; where
/// it is a sum, `fault` becomes the complement of the place in x of the first such row, and else stays. Statistics in
/// double precision, the mean before the deviation. Rows of up to 4096 elements are read once; those of `form` 0 and 1, a
/// few elements a thread, have up to 256 of them; an even form's are whole multiples of 8.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = crate::norm::row_threads(r, n, form),
    block = [128],
    wide(r),
    requires(
        by <= 4,
        form <= 3,
        form % 2 == 1 || n % 8 == 0,
        n <= if form < 2 { 256 } else { 4096 },
    ),
    types(f16, bf16, f32, f64),
    specialise((by, form) = [(0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3), (3, 0), (3, 1), (3, 2), (3, 3), (4, 0), (4, 1), (4, 2), (4, 3)]),
    check(by = [0, 1, 2, 3, 4], ddof = [1], r = [0, 1, 9], n = [0, 1, 33, 64, 255, 256, 257, 1000, 1500, 2000, 3001, 4095, 4096], form = [0, 1, 2, 3]),
    bench(r = 65_536, n = 1_024, by = 1, ddof = 1, form = 2),
    bench(r = 65_536, n = 1_024, by = 4, ddof = 1, form = 2),
    bench(r = 16_384, n = 4_096, by = 1, ddof = 1, form = 2),
    inputs = rows,
    tolerance = Units(condition),
    twin(
        /// [`normalize_rows`] of long rows, a block each. Rows of up to 256 KiB are read once; longer ones, and all of `form` 1,
        /// twice or, for the deviation, three (of f64 four) times.
        normalize_long_rows,
        threads = r * crate::norm::long_row_threads(n, bytes, form),
        block = crate::norm::long_row_threads(n, bytes, form),
        shared = crate::norm::long_row_shared(n, bytes, form),
        requires(by <= 4, form <= 1),
        specialise(by = [1, 2, 3, 4]),
        check(by = [0, 1, 2, 3, 4], ddof = [1], r = [0, 9], n = [0, 1, 257, 1000, 8192, 8201, 16_385, 32_768, 40_001, 66_000], form = [0, 1]),
        bench(r = 2_048, n = 32_768, by = 1, ddof = 1),
    ),
)]
pub fn normalize_rows<T: Float>(
    #[shape(r, n)] x: &[T],
    #[shape(r, n)] y: &mut [T],
    #[shape(1)]
    #[inout]
    fault: &mut [u64],
    epsilon: f64,
    by: u32,
    ddof: u32,
    form: u32,
) {
    for row in 0..r {
        let vector: Vec<f64> = x[row * n..][..n].iter().map(|&x| x.into()).collect();
        let (scaled, is_null) = normalized(&vector, by, epsilon, ddof);
        if is_null {
            fault[0] = fault[0].max(!((row * n) as u64));
        }
        for (y, value) in y[row * n..][..n].iter_mut().zip(scaled) {
            *y = T::nearest(value);
        }
    }
}

fn rows(case: &mut Case) {
    let n = case.quantity("n") as usize;
    *case.value("epsilon") = prism_device::conformance::Value::Scalar(1e-12f64.into());
    case.change("x", |x| x.chunks_mut(n.max(1)).enumerate().for_each(|(row, x)| edge(row, x)));
}

fn condition(case: &Case, output: &str) -> Vec<f64> {
    let n = case.quantity("n") as usize;
    let [by, ddof] = ["by", "ddof"].map(|name| case.quantity(name) as u32);
    if output == "fault" {
        return vec![0.0];
    }
    case.doubles("x").chunks(n.max(1)).flat_map(|x| tolerated(x, by, 1e-12, ddof)).collect()
}

#[cfg(test)]
mod tests {
    use super::normalize_rows;
    use prism_device::Device;

    #[test]
    fn the_first_row_that_sums_to_0_is_the_fault() {
        let device = Device::cpu();
        let x = device.upload(&[1.0f32, 3.0, 2.0, -2.0, 0.0, 0.0], &[3, 2]).unwrap();
        let (mut y, mut fault) = (device.zeros(&[3, 2]).unwrap(), device.zeros(&[1]).unwrap());
        normalize_rows(&x, &mut y, &mut fault, 1e-12, 3, 1, 1).unwrap();
        assert_eq!(y.download().unwrap(), [0.25, 0.75, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(fault.download().unwrap(), [!2]);
    }
}
