//! Sums along the rows of a matrix: how rows are shared out among threads, and the sum of what was shared.
//!
//! A row is a thread's, a few threads', a warp's to 4096 terms, else a block's. Few long rows are cut into parts, each a
//! block's; [`row_sum`] makes one number of the parts. The order depends on the shape alone.

mod row_sum;

pub use row_sum::{ROW_SUM, row_sum, row_sum_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[&ROW_SUM];

/// Terms a part has at least, and parts a launch has at most.
const PART: usize = 16_384;
const PARTS: usize = 2_048;
/// Threads from which on each takes several short rows.
const PACKS: u64 = 1 << 17;

/// The threads that sum `r` rows of `n` terms, each cut into `parts`; `lanes_of_terms` of the CUDA side counts alike.
pub(crate) fn threads(r: u64, n: u64, parts: u64) -> u64 {
    let lanes = match n {
        0..=8 => 1,
        9..=64 => 8,
        _ => 32,
    };
    of_row_parts(r, n, parts, lanes)
}

/// The same of rows whose terms come 16 bytes at a time wherever they begin: a thread for every 64 terms, four at least;
/// `lanes_of_spans` of the CUDA side counts alike.
pub(crate) fn threads_by_spans(r: u64, n: u64, parts: u64) -> u64 {
    let lanes = match n {
        0..=8 => 1,
        9..=256 => 4,
        257..=512 => 8,
        513..=1024 => 16,
        _ => 32,
    };
    of_row_parts(r, n, parts, lanes)
}

/// A row is the `lanes` threads' or, where it is long or cut, each part a block's: `RowPart` of the CUDA side.
fn of_row_parts(r: u64, n: u64, parts: u64, lanes: u64) -> u64 {
    r * parts * if parts > 1 || n > 4096 { 256 } else { lanes }
}

/// The threads that take `r` rows of `n` terms, each cut into `parts`, 16 bytes at a time; `RowPacks` of the CUDA side
/// goes from rows to rows with as many as there are.
pub(crate) fn packs(r: u64, n: u64, parts: u64) -> u64 {
    if parts > 1 || n > 4096 {
        return r * parts * 256;
    }
    let lanes = r * n.div_ceil(8).next_power_of_two().min(32);
    let each = (1024 / n.max(1)).clamp(1, 8);
    (lanes / each).max(lanes.min(PACKS))
}

/// Into how many parts to cut each of `r` rows of `n` terms, so that they fill a device.
pub(crate) fn parts(r: usize, n: usize) -> usize {
    (n / PART).min(PARTS / r.max(1)).max(1)
}

/// Where part `item` of all begins and ends within its row.
pub(crate) fn part(item: usize, n: usize, parts: usize) -> std::ops::Range<usize> {
    let length = n.div_ceil(parts);
    let begin = (item % parts * length).min(n);
    begin..(begin + length).min(n)
}

/// Neumaier's sum: what each addition loses is added at the end.
pub(crate) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (sum, lost) = twofold_sum(terms);
    if sum.is_finite() { sum + lost } else { sum }
}

/// A sum and what its additions lost.
pub(crate) fn twofold_sum(terms: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut sum, mut lost) = (0.0f64, 0.0);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { sum - next + term } else { term - next + sum };
        sum = next;
    }
    (sum, lost)
}

#[cfg(test)]
mod tests {
    use super::{part, parts};

    #[test]
    fn parts_cover_a_row_once() {
        for (n, cut) in [(0, 3), (1, 3), (7, 3), (9, 4), (100, 7), (5, 5)] {
            let covered: Vec<usize> = (0..cut).flat_map(|i| part(i, n, cut)).collect();
            assert_eq!(covered, (0..n).collect::<Vec<_>>(), "{n} in {cut}");
        }
    }

    #[test]
    fn only_few_long_rows_are_cut() {
        assert_eq!([parts(1, 1000), parts(0, 0), parts(4096, 1 << 20)], [1, 1, 1]);
        assert_eq!([parts(1, 1 << 20), parts(1024, 1 << 20)], [64, 2]);
    }
}
