//! Folds of an axis that others lie behind.

use super::fold_rows::edge;
use super::plain::{Outputs, magnitudes};
use super::reduction::{Reduction, pairs, places, values};
use crate::rows::part;
use prism_derive::kernel;
use prism_device::Float;
use prism_device::conformance::Case;

/// Every column, or every part of it, reduced as `how` says, which is as in [`fold_rows`](super::fold_rows).
///
/// `x [o, n, i]` → with `ends` = 1 and one part `y [o · i]`, or for a place `index [o · i]`; else
/// `states [o · parts · i, 2]`, part j of a column holding its elements from j·⌈n/parts⌉ on. `width` threads lie side by
/// side, a power of two up to 256, each with eight columns; the others of its 256 take other rows. O(o·n·i), read once, 16
/// bytes at a time where i is a whole number of packs.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = o * parts * i.div_ceil(8 * width.max(1)) * 256,
    block = [256],
    wide(o, n, i),
    requires(how <= 10, ends <= 1, parts >= 1, ends == 0 || parts == 1, width.is_power_of_two() && width <= 256),
    types(f16, bf16, f32, f64),
    specialise(how = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    check(
        ends = [1, 0],
        parts = [1, 2],
        how = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        width = [2, 32, 256],
        o = [2],
        n = [0, 33, 1100],
        i = [0, 7, 24],
    ),
    bench(o = 1, n = 16_384, i = 4_096, how = 0, parts = 32, width = 32, ends = 0),
    bench(o = 1, n = 16_384, i = 4_096, how = 10, parts = 32, width = 32, ends = 0),
    bench(o = 1_024, n = 64, i = 1_024, how = 0, parts = 1, width = 32, ends = 1),
    inputs = columns,
    tolerance = Sum(n, magnitude),
)]
pub fn fold_columns<T: Float>(
    #[shape(o, n, i)] x: &[T],
    #[shape(values(how, ends, o * i))] y: &mut [T],
    #[shape(places(how, ends, o * i))] index: &mut [i64],
    #[shape(pairs(ends, o * parts * i), 2)] states: &mut [f64],
    how: u32,
    parts: u32,
    width: u32,
    ends: u32,
) {
    let parts = parts as usize;
    let mut outputs = Outputs { y, index, states };
    for at in 0..o * parts * i {
        let (item, column) = (at / i, at % i);
        let of_row = |row: usize| -> (usize, f64) { (row, x[(item / parts * n + row) * i + column].into()) };
        let terms: Vec<(usize, f64)> = part(item, n, parts).map(of_row).collect();
        outputs.put(how, Reduction::of(how).state(&terms), n as u64, at);
    }
}

fn extents(case: &Case) -> [usize; 4] {
    ["o", "n", "i", "parts"].map(|name| case.quantity(name) as usize)
}

fn column(x: &[f64], [_, n, i, _]: [usize; 4], outer: usize, column: usize) -> Vec<f64> {
    (0..n).map(|row| x[(outer * n + row) * i + column]).collect()
}

/// The edges of rows, along columns.
fn columns(case: &mut Case) {
    let (extents @ [o, n, i, _], how) = (extents(case), case.quantity("how") as u32);
    case.change("x", |x| {
        for (outer, of) in (0..o).flat_map(|outer| (0..i).map(move |of| (outer, of))).filter(|_| n > 0) {
            let mut changed = column(x, extents, outer, of);
            edge(of, &mut changed, how);
            changed.into_iter().enumerate().for_each(|(row, value)| x[(outer * n + row) * i + of] = value);
        }
    });
}

fn magnitude(case: &Case) -> Vec<f64> {
    let (extents @ [o, n, i, parts], x) = (extents(case), case.doubles("x"));
    let of = |at: usize| column(&x, extents, at / i / parts, at % i)[part(at / i, n, parts)].to_vec();
    magnitudes(case, (0..o * parts * i).map(of))
}

#[cfg(test)]
mod tests {
    use super::fold_columns;
    use prism_device::Device;

    #[test]
    fn a_column_of_every_block_is_folded() {
        let device = Device::cpu();
        let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let x = device.upload(&x, &[2, 3, 2]).unwrap();
        let (mut y, mut index, mut states) =
            (device.zeros(&[4]).unwrap(), device.zeros(&[0]).unwrap(), device.zeros(&[0, 2]).unwrap());
        fold_columns(&x, &mut y, &mut index, &mut states, 0, 1, 1, 1).unwrap();
        assert_eq!(y.download().unwrap(), [6.0, 9.0, 24.0, 27.0]);
        let (mut none, mut states) = (device.zeros::<f32>(&[0]).unwrap(), device.zeros(&[8, 2]).unwrap());
        fold_columns(&x, &mut none, &mut index, &mut states, 10, 2, 1, 0).unwrap();
        let known = [2.0, 1.0, 3.0, 1.0, 4.0, 2.0, 5.0, 2.0, 8.0, 1.0, 9.0, 1.0, 10.0, 2.0, 11.0, 2.0];
        assert_eq!(states.download().unwrap(), known);
    }
}
