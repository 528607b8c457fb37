//! Histograms of two variables.

use super::{PAIR_COUNTS, PAIR_SUMS, ROW_EXTREMES, pair_counts, pair_sums, row_extremes};
use crate::argument::require;
use crate::batch::Batch;
use crate::reduce::{FOLD_COLUMNS, FOLD_JOIN, FOLD_ROWS, ReduceSettings, reduce_sum};
use crate::rows::parts;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{AnyBuffer, Buffer, ErrorKind, Real, Result, Seen};

const NAME: &str = "histogram_2d";

/// Pairs whose weights a warp adds at least, and warps that a launch has at most.
const PART: usize = 4096;
const PARTS: usize = 8192;

/// Cells that the sums of all parts of all rows have together, unless one part has more: 128 MiB.
const CELLS: usize = 1 << 24;

/// How finely pairs are counted.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct Histogram2dSettings {
    /// Bins of x and of y, or one number for both.
    pub bins: Vec<u64>,
}

impl Default for Histogram2dSettings {
    fn default() -> Self {
        Self { bins: vec![10] }
    }
}

/// What fell into each bin of x and y.
#[derive(Debug, Outputs)]
pub struct Histogram2d {
    /// The number of pairs, `[.., nx, ny]`.
    pub counts: Buffer<u32>,
    /// The sum of their weights, where there are weights, `[.., nx, ny]`.
    pub sums: Option<Buffer<f64>>,
}

/// How many of a row's pairs (x, y) fall into each of nx by ny bins, and the sum of their weights.
///
/// `x, y [.., N]`; `weights [.., N]`; `range [4]` or `[.., 4]` (the lowest and highest x, then y; the least and greatest
/// numbers of each row where absent) → `counts, sums [.., nx, ny]`. The edges are doubles, lo + k·(hi − lo)/n as
/// `numpy.linspace` rounds them; a bin holds its lower edge, the last its upper one too. Equal limits widen by ½ each way. A
/// pair with a value outside, or NaN, is not counted. Weights of any sign are added in double precision, in the order of
/// the samples, and those of long rows in parts. Equals `numpy.histogram2d`, whose table is `sums` where it has weights.
/// O(R·N), read once, without a range twice, with weights once more; a table of doubles of scratch for each part.
///
/// # Errors
/// Shapes that do not fit; bins that are none, one or two numbers from 1 on; a range that is not finite or descends; data
/// without a range that are infinite, or a row without a number; out of memory.
#[operation(types(f32, f64), kernels(PAIR_COUNTS, PAIR_SUMS, ROW_EXTREMES, FOLD_ROWS, FOLD_COLUMNS, FOLD_JOIN))]
pub fn histogram_2d<T: Real>(
    x: &Buffer<T>,
    y: &Buffer<T>,
    weights: Option<&Buffer<T>>,
    range: Option<&Buffer<f64>>,
    settings: &Histogram2dSettings,
) -> Result<Histogram2d> {
    let [nx, ny] = settings.sizes()?;
    let (batch, device) = (Batch::of(NAME, "x", "N", x)?, x.device());
    let ([n], r) = (batch.last, batch.size());
    let (x, y) = (x.seen_as(&[r, n])?, batch.each("y", y, &[n])?);
    let weights = weights.map(|weights| batch.each("weights", weights, &[n])).transpose()?;
    let limits = match range {
        Some(range) if batch.shared("range", range, &[4])?.shape() == [1, 4] => range.download()?.repeat(r),
        Some(range) => range.download()?,
        None => own(&extremes(&x, r, n)?, &extremes(&y, r, n)?),
    };
    judge(&limits, range.is_some())?;
    let limits = device.upload(&limits, &[r, 4])?;
    let (mut counts, shape) = (device.zeros(&[r, nx, ny])?, batch.with(&[nx, ny]));
    pair_counts(&x, &y, &limits, &mut counts)?;
    let sums = weights.map(|weights| summed([&x, &y, &weights], &limits, [nx, ny])?.reshaped(&shape)).transpose()?;
    Ok(Histogram2d { counts: counts.reshaped(&shape)?, sums })
}

/// The sums of weights, `[r, nx, ny]`: those of the parts of each row, then of these.
fn summed<T: Real>([x, y, weights]: [&Seen<T>; 3], limits: &Buffer<f64>, [nx, ny]: [usize; 2]) -> Result<Buffer<f64>> {
    let [r, n] = [x.shape()[0], x.shape()[1]];
    let parts = (n / PART).min(PARTS / r.max(1)).min(CELLS / (r * nx * ny).max(1)).max(1);
    let mut sums = limits.device().zeros(&[r, parts, nx, ny])?;
    pair_sums(x, y, weights, limits, &mut sums)?;
    reduce_sum(&sums, &ReduceSettings { axes: vec![1], ..ReduceSettings::default() })
}

impl Histogram2dSettings {
    fn sizes(&self) -> Result<[usize; 2]> {
        let [nx, ny] = match self.bins[..] {
            [both] => [both, both],
            [nx, ny] => [nx, ny],
            _ => [0, 0],
        };
        require(NAME, nx >= 1 && ny >= 1, "bins of x and y, 1 or more, or one number for both", || {
            format!("bins = {:?}", self.bins)
        })?;
        Ok([nx as usize, ny as usize])
    }
}

/// The limits of x and y of every row together.
fn own(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.chunks(2).zip(y.chunks(2)).flat_map(|(x, y)| [x[0], x[1], y[0], y[1]]).collect()
}

/// The least and greatest number of every row; 0 and 1 of one without elements.
fn extremes<T: Real>(x: &Seen<T>, r: usize, n: usize) -> Result<Vec<f64>> {
    if n == 0 {
        return Ok([0.0, 1.0].repeat(r));
    }
    let cut = parts(r, n);
    let mut found = x.device().zeros(&[r, cut, 2])?;
    row_extremes(x, &mut found)?;
    let joined = |row: &[f64]| {
        row.chunks(2)
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], part| [low.min(part[0]), high.max(part[1])])
    };
    Ok(found.download()?.chunks(2 * cut).flat_map(joined).collect())
}

/// Refuses limits that are not finite or descend.
fn judge(limits: &[f64], given: bool) -> Result<()> {
    let is_range = |l: &[f64]| l[0] <= l[1] && (l[1] - l[0]).is_finite();
    let fault =
        if given { "holds limits that are not finite or descend" } else { "is needed where data are not finite" };
    if limits.chunks(2).all(is_range) {
        return Ok(());
    }
    Err(ErrorKind::Data { kernel: NAME, argument: "range", fault }.into())
}

#[cfg(test)]
mod tests {
    use super::{Histogram2dSettings, histogram_2d};
    use prism_device::{Buffer, Device, Result};

    fn up(values: &[f64], shape: &[usize]) -> Buffer<f64> {
        Device::cpu().upload(values, shape).unwrap()
    }

    fn call(x: &[f64], y: &[f64], shape: &[usize], range: Option<&Buffer<f64>>, bins: &[u64]) -> Result<Buffer<u32>> {
        let settings = Histogram2dSettings { bins: bins.to_vec() };
        Ok(histogram_2d(&up(x, shape), &up(y, shape), None, range, &settings)?.counts)
    }

    fn weighed(x: &[f64], y: &[f64], weights: &[f64], shape: &[usize], bins: &[u64]) -> Vec<f64> {
        let [x, y, weights] = [x, y, weights].map(|values| up(values, shape));
        let settings = Histogram2dSettings { bins: bins.to_vec() };
        histogram_2d(&x, &y, Some(&weights), None, &settings).unwrap().sums.unwrap().download().unwrap()
    }

    const X: [f64; 8] = [0.1, 0.4, 0.35, 0.8, -1.0, 3.0, 3.0, 2.0];
    const Y: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 7.0, 7.0, 7.0, 7.0];

    /// `numpy.histogram2d(x, y, bins=(3, 2))` of each row, numpy 2.4.6: y of the second row is constant.
    #[test]
    fn rows_have_their_own_range_as_in_numpy() {
        let counts = call(&X, &Y, &[2, 1, 4], None, &[3, 2]).unwrap();
        assert_eq!(counts.shape(), [2, 1, 3, 2]);
        assert_eq!(counts.download().unwrap(), [1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 3]);
    }

    #[test]
    fn a_range_serves_all_rows_or_each() {
        let (one, each) = (up(&[0.0, 1.0, 0.0, 8.0], &[4]), up(&[0.0, 1.0, 0.0, 8.0, -4.0, 4.0, 0.0, 8.0], &[2, 4]));
        let of = |range| call(&X, &Y, &[2, 4], Some(range), &[1]).unwrap().download().unwrap();
        assert_eq!((of(&one), of(&each)), (vec![4, 0], vec![4, 4]));
    }

    /// `numpy.histogram2d(x, y, bins=(3, 2), weights=w)` of each row.
    #[test]
    fn weights_are_added_as_in_numpy() {
        let weights = [0.5, -2.0, 0.25, 3.0, 1.0, 0.1, 0.2, 4.0];
        let known = [0.5, 0.0, -2.0, 0.25, 0.0, 3.0, 0.0, 1.0, 0.0, 0.0, 0.0, 4.0 + 0.1 + 0.2];
        let found = weighed(&X, &Y, &weights, &[2, 4], &[3, 2]);
        assert!(found.iter().zip(known).all(|(f, k)| (f - k).abs() < 1e-15), "{found:?}");
    }

    #[test]
    fn weights_of_long_rows_are_added_once() {
        let x: Vec<f64> = (0..50_001).map(f64::from).collect();
        assert_eq!(weighed(&x, &x, &x, &[50_001], &[2]), [312_487_500.0, 0.0, 0.0, 937_537_500.0]);
        assert_eq!(weighed(&[], &[], &[], &[2, 0], &[1]), [0.0, 0.0]);
    }

    #[test]
    fn long_rows_and_short_ones_are_counted_whole() {
        let x: Vec<f64> = (0..50_001).map(f64::from).collect();
        assert_eq!(call(&x, &x, &[50_001], None, &[2]).unwrap().download().unwrap(), [25_000, 0, 0, 25_001]);
        assert_eq!(call(&[], &[], &[2, 0], None, &[1]).unwrap().download().unwrap(), [0, 0]);
        let gap = call(&[f64::NAN, 1.0, 2.0], &[0.0, 1.0, 2.0], &[3], None, &[2, 2]).unwrap();
        assert_eq!(gap.download().unwrap(), [0, 1, 0, 1]);
    }

    #[test]
    fn what_is_refused() {
        let said = |x: &[f64], range: Option<&Buffer<f64>>, bins: &[u64]| {
            call(x, &Y[..2], &[2], range, bins).unwrap_err().to_string()
        };
        let words = "histogram_2d: needs bins of x and y, 1 or more, or one number for both, got bins =";
        assert_eq!(said(&X[..2], None, &[0]), format!("{words} [0]"));
        assert_eq!(said(&X[..2], None, &[1, 2, 3]), format!("{words} [1, 2, 3]"));
        let (down, short) = (up(&[0.0, 1.0, 2.0, 1.0], &[4]), up(&[0.0, 1.0], &[2]));
        assert_eq!(said(&X[..2], Some(&short), &[1]), "histogram_2d: `range` must be [4] or [4], got [2]");
        let lone = histogram_2d(&up(&X, &[8]), &up(&Y, &[8]), Some(&short), None, &Histogram2dSettings::default());
        assert_eq!(lone.unwrap_err().to_string(), "histogram_2d: `weights` must be [8], got [2]");
        let fault = "histogram_2d: `range` holds limits that are not finite or descend";
        assert_eq!(said(&X[..2], Some(&down), &[1]), fault);
        for x in [f64::INFINITY, f64::NAN] {
            assert_eq!(said(&[x, x], None, &[1]), "histogram_2d: `range` is needed where data are not finite");
        }
    }
}
