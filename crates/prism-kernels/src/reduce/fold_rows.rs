//! Folds of rows.

use super::plain::{Outputs, magnitudes};
use super::reduction::{Reduction, pairs, places, values};
use crate::rows::{part, threads_by_spans};
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Every row, or every part of it, reduced as `how` says.
///
/// `how` counts sum, mean, product, minimum, maximum, Σ|x|, (Σx²)^½, Σx², ln Σeˣ, and the places of the minimum and of the
/// maximum. `x [r, n]` → with `ends` = 1 and one part `y [r]`, or for a place `index [r]`; else `states [r · parts, 2]`,
/// part j of a row holding its elements from j·⌈n/parts⌉ on, for [`fold_join`](super::fold_join). Sums, of exponentials too,
/// run in f32 (f64 of f64) over a few packs and in double precision over those, where f64 is compensated; squares and
/// products are doubles. O(r·n), read once, 16 bytes at a time wherever rows begin.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = threads_by_spans(r, n, parts),
    block = [256],
    wide(r, n),
    requires(how <= 10, ends <= 1, parts >= 1, ends == 0 || parts == 1),
    types(f16, bf16, f32, f64),
    specialise(how = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    check(
        ends = [1, 0],
        parts = [1, 3],
        how = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        r = [9, 0],
        n = [0, 1, 33, 257, 520, 2100, 9001],
    ),
    bench(r = 65_536, n = 1_024, how = 0, parts = 1, ends = 1),
    bench(r = 65_536, n = 1_024, how = 8, parts = 1, ends = 1),
    bench(r = 65_536, n = 1_024, how = 10, parts = 1, ends = 1),
    bench(r = 1, n = 67_108_864, how = 0, parts = 2_048, ends = 0),
    inputs = rows,
    tolerance = Sum(n, magnitude),
)]
pub fn fold_rows<T: Float>(
    #[shape(r, n)] x: &[T],
    #[shape(values(how, ends, r))] y: &mut [T],
    #[shape(places(how, ends, r))] index: &mut [i64],
    #[shape(pairs(ends, r * parts), 2)] states: &mut [f64],
    how: u32,
    parts: u32,
    ends: u32,
) {
    let parts = parts as usize;
    let mut outputs = Outputs { y, index, states };
    for item in 0..r * parts {
        let row = &x[item / parts * n..][..n];
        let terms: Vec<(usize, f64)> = part(item, n, parts).map(|at| (at, row[at].into())).collect();
        outputs.put(how, Reduction::of(how).state(&terms), n as u64, item);
    }
}

fn rows(case: &mut Case) {
    let (n, how) = (case.quantity("n") as usize, case.quantity("how") as u32);
    case.change("x", |x| x.chunks_mut(n.max(1)).enumerate().for_each(|(row, x)| edge(row, x, how)));
}

/// Rows with NaN, infinities and ties; of products, elements near 1.
pub(super) fn edge(row: usize, x: &mut [f64], how: u32) {
    let middle = x.len() / 2;
    if Reduction::of(how) == Reduction::Product {
        for x in x.iter_mut() {
            *x = 1.0 + *x / 16.0;
        }
    }
    match row {
        2 => x.fill(f64::NEG_INFINITY),
        3 => x[middle] = f64::INFINITY,
        4 => x[middle..].fill(f64::NAN),
        5 => x.fill(0.0),
        6 if how != Reduction::Product as u32 => x.iter_mut().for_each(|x| *x *= 100.0),
        7 => (x[0], x[middle]) = (f64::NEG_INFINITY, f64::INFINITY),
        _ => {}
    }
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [r, n, parts] = ["r", "n", "parts"].map(|name| case.quantity(name) as usize);
    let x = case.doubles("x");
    magnitudes(case, (0..r * parts).map(|item| x[item / parts * n..][..n][part(item, n, parts)].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::fold_rows;
    use crate::reduce::fold_join;
    use crate::reduce::reduction::Reduction;
    use prism_device::{Device, bf16};

    const NAN: f32 = f32::NAN;

    fn of(x: &[f32], how: Reduction) -> (f32, i64) {
        let device = Device::cpu();
        let place = how.is_place();
        let (values, places) = if place { (0, 1) } else { (1, 0) };
        let mut y = device.upload(&vec![9.0; values], &[values]).unwrap();
        let mut index = device.upload(&vec![-9; places], &[places]).unwrap();
        let x = device.upload(x, &[1, x.len()]).unwrap();
        fold_rows(&x, &mut y, &mut index, &mut device.zeros(&[0, 2]).unwrap(), how as u32, 1, 1).unwrap();
        let first = |y: Vec<f32>| y.first().copied().unwrap_or(9.0);
        (first(y.download().unwrap()), index.download().unwrap().first().copied().unwrap_or(-9))
    }

    #[test]
    fn every_reduction_of_no_elements_is_its_identity() {
        use Reduction::{L1, L2, LogSumExp, Max, Mean, Min, Product, Sum, SumSquare};
        for how in [Sum, L1, L2, SumSquare] {
            assert_eq!(of(&[], how).0, 0.0);
        }
        assert_eq!(
            [Product, Min, Max, LogSumExp].map(|how| of(&[], how).0),
            [1.0, f32::INFINITY, -f32::INFINITY, -f32::INFINITY]
        );
        assert!(of(&[], Mean).0.is_nan());
    }

    #[test]
    fn the_first_of_equals_wins_and_nan_wins_over_all() {
        use Reduction::{ArgMax, ArgMin, Max, Min};
        assert_eq!([ArgMin, ArgMax].map(|how| of(&[2.0, 1.0, 3.0, 3.0, 1.0], how).1), [1, 2]);
        let x = [2.0, f32::INFINITY, NAN, -f32::INFINITY, NAN];
        assert_eq!([ArgMin, ArgMax].map(|how| of(&x, how).1), [2, 2]);
        assert!([Min, Max].map(|how| of(&x, how).0.is_nan()).iter().all(|is_nan| *is_nan));
        assert_eq!([ArgMin, ArgMax].map(|how| of(&[f32::INFINITY; 2], how).1), [0, 0]);
        assert_eq!([ArgMin, ArgMax].map(|how| of(&[-f32::INFINITY; 2], how).1), [0, 0]);
    }

    #[test]
    fn exponents_are_taken_over_the_largest_element() {
        let ln = |x: &[f32]| of(x, Reduction::LogSumExp).0;
        assert_eq!(ln(&[1e4, 1e4]), 1e4 + 2f32.ln());
        assert_eq!([ln(&[-f32::INFINITY; 3]), ln(&[f32::INFINITY, 1.0])], [-f32::INFINITY, f32::INFINITY]);
        assert!(ln(&[1.0, NAN]).is_nan());
    }

    #[test]
    fn parts_of_a_row_join_to_what_it_is() {
        let device = Device::cpu();
        let x: Vec<bf16> = (0..100).map(|i| bf16::from_f32((i * 37 % 101) as f32 / 64.0 - 0.5)).collect();
        let x = device.upload(&x, &[1, 100]).unwrap();
        for how in 0..9 {
            let (none, mut states) = (|| device.zeros(&[0]).unwrap(), device.zeros(&[7, 2]).unwrap());
            fold_rows(&x, &mut device.zeros(&[0]).unwrap(), &mut none(), &mut states, how, 7, 0).unwrap();
            let (mut whole, mut joined) = (device.zeros::<bf16>(&[1]).unwrap(), device.zeros::<bf16>(&[1]).unwrap());
            let mut ended = device.zeros(&[0, 2]).unwrap();
            fold_rows(&x, &mut whole, &mut none(), &mut ended, how, 1, 1).unwrap();
            let states = states.reshaped(&[1, 7, 1, 2]).unwrap();
            fold_join(&states, &mut joined, &mut none(), &mut ended, 100, how, 1, 1).unwrap();
            assert_eq!(joined.download().unwrap(), whole.download().unwrap(), "{how}");
        }
    }
}
