//! Dot products of rows.

use crate::rows::{part, sum, threads};
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Dtype, Element, Float, bf16, c64, c128, f16};

/// An element that is multiplied and summed: real, or complex.
pub trait Factor: Element {
    /// The same number, wider.
    fn wide(self) -> c128;

    /// The element nearest to a number; of a real type, to its real part.
    fn of(x: c128) -> Self;
}

macro_rules! real_factors {
    ($($real:ident),*) => {$(
        impl Factor for $real {
            fn wide(self) -> c128 {
                c128::new(self.into(), 0.0)
            }

            fn of(x: c128) -> Self {
                Self::nearest(x.re)
            }
        }
    )*};
}
real_factors!(f16, bf16, f32, f64);

impl Factor for c64 {
    fn wide(self) -> c128 {
        c128::new(self.re.into(), self.im.into())
    }

    fn of(x: c128) -> Self {
        Self::new(x.re as f32, x.im as f32)
    }
}

impl Factor for c128 {
    fn wide(self) -> c128 {
        self
    }

    fn of(x: c128) -> Self {
        x
    }
}

/// Σ a·b of every row, or of every part of it; with `conj` = 1 the factors in a are conjugated.
///
/// `a, b [r, n]` → with `ends` = 1 and one part `y [r]`; else the real and imaginary parts `sums [r · parts, 2]`, part j
/// of a row holding its terms from j·⌈n/parts⌉ on, for [`dot_join`](super::dot_join). Products and sums in double precision,
/// of `f64` and `c128` compensated between packs, rounded once. O(r·n), read once, 16 bytes at a time wherever rows begin.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = threads(r, n, parts),
    block = [256],
    wide(r, n),
    requires(conj <= 1, ends <= 1, parts >= 1, ends == 0 || parts == 1),
    types(f16, bf16, f32, f64, c64, c128),
    check(ends = [1, 0], parts = [1, 3], conj = [0, 1], r = [0, 9], n = [0, 1, 8, 33, 257, 1000, 5001]),
    bench(r = 65_536, n = 1_024, conj = 1, parts = 1, ends = 1),
    bench(r = 1, n = 33_554_432, conj = 1, parts = 2_048, ends = 0),
    inputs = edges,
    tolerance = Sum(n, magnitude),
)]
pub fn dot_rows<T: Factor>(
    #[shape(r, n)] a: &[T],
    #[shape(r, n)] b: &[T],
    #[shape(if ends == 1 { r } else { 0 })] y: &mut [T],
    #[shape(if ends == 1 { 0 } else { r * parts }, 2)] sums: &mut [f64],
    conj: u32,
    parts: u32,
    ends: u32,
) {
    let parts = parts as usize;
    for item in 0..r * parts {
        let row = item / parts * n;
        let terms = || part(item, n, parts).map(|at| product(a[row + at].wide(), b[row + at].wide(), conj == 1));
        // A product of real numbers has no imaginary part, not even where it is NaN.
        let is_complex = matches!(T::DTYPE, Dtype::C64 | Dtype::C128);
        let im = if is_complex { sum(terms().map(|t| t.im)) } else { 0.0 };
        let total = c128::new(sum(terms().map(|t| t.re)), im);
        if ends == 1 {
            y[item] = T::of(total);
        } else {
            (sums[2 * item], sums[2 * item + 1]) = (total.re, total.im);
        }
    }
}

fn product(a: c128, b: c128, conj: bool) -> c128 {
    let i = if conj { -a.im } else { a.im };
    c128::new(a.re * b.re - i * b.im, a.re * b.im + i * b.re)
}

/// Whether the elements of a case are complex.
fn is_complex(case: &Case) -> bool {
    matches!(case.values[0].1.dtype(), Dtype::C64 | Dtype::C128)
}

/// Rows with NaN, infinities, zeros, and products of either sign that leave the range of f16.
fn edges(case: &mut Case) {
    let length = case.quantity("n") as usize * if is_complex(case) { 2 } else { 1 };
    case.change("a", |a| {
        for (row, a) in a.chunks_mut(length.max(1)).enumerate() {
            let middle = a.len() / 2;
            match row {
                2 => a.fill(0.0),
                3 => a[middle] = f64::NAN,
                4 => a[0] = f64::INFINITY,
                5 => a.iter_mut().for_each(|a| *a *= 1000.0),
                _ => {}
            }
        }
    });
}

/// Σ|a||b| of both parts of every sum, in units of the output as [`tolerated`](super::plain::tolerated) has them.
fn magnitude(case: &Case) -> Vec<f64> {
    let [r, n, parts] = ["r", "n", "parts"].map(|name| case.quantity(name) as usize);
    let (a, b, ends) = (numbers(case, "a"), numbers(case, "b"), case.quantity("ends") == 1);
    let (conj, both) = (case.quantity("conj") == 1, is_complex(case) || !ends);
    let of = |item: usize| {
        let places = || part(item, n, parts).map(|at| item / parts * n + at);
        let total: c128 = places().map(|at| product(a[at], b[at], conj)).sum();
        let all: c128 = places().map(|at| magnitudes(a[at], b[at])).sum();
        let parts = [(all.re, total.re), (all.im, total.im)];
        parts.into_iter().take(if both { 2 } else { 1 }).map(|(all, total)| in_units(case, ends, all, total))
    };
    (0..r * parts).flat_map(of).collect()
}

/// Σ|terms| of both parts of a product.
fn magnitudes(a: c128, b: c128) -> c128 {
    c128::new((a.re * b.re).abs() + (a.im * b.im).abs(), (a.re * b.im).abs() + (a.im * b.re).abs())
}

fn in_units(case: &Case, ends: bool, magnitude: f64, total: f64) -> f64 {
    let units = match case.values[0].1.dtype() {
        _ if !ends => magnitude,
        half @ (Dtype::F16 | Dtype::BF16) => magnitude * Dtype::F32.roundoff() / half.roundoff() + total.abs() / 8.0,
        _ => magnitude,
    };
    if units.is_nan() { f64::INFINITY } else { units }
}

/// An argument as complex numbers.
fn numbers(case: &Case, name: &str) -> Vec<c128> {
    let x = case.doubles(name);
    if is_complex(case) {
        x.chunks(2).map(|z| c128::new(z[0], z[1])).collect()
    } else {
        x.into_iter().map(c128::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::dot_rows;
    use prism_device::{Device, c64};

    #[test]
    fn parts_of_a_row_add_to_its_product() {
        let device = Device::cpu();
        let x: Vec<c64> = (0..7).map(|i| c64::new(i as f32, 1.0)).collect();
        let x = device.upload(&x, &[1, 7]).unwrap();
        let (mut y, mut none) = (device.zeros(&[1]).unwrap(), device.zeros(&[0, 2]).unwrap());
        dot_rows(&x, &x, &mut y, &mut none, 1, 1, 1).unwrap();
        assert_eq!(y.download().unwrap(), [c64::new(98.0, 0.0)]);
        let (mut none, mut sums) = (device.zeros::<c64>(&[0]).unwrap(), device.zeros(&[2, 2]).unwrap());
        dot_rows(&x, &x, &mut none, &mut sums, 0, 2, 0).unwrap();
        assert_eq!(sums.download().unwrap(), [10.0, 12.0, 74.0, 30.0]);
    }
}
