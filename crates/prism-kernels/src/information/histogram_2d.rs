//! Histograms of two variables.

use super::{PAIR_COUNTS, ROW_EXTREMES, pair_counts, row_extremes};
use crate::argument::require;
use crate::batch::Batch;
use crate::rows::parts;
use prism_derive::{Settings, operation};
use prism_device::{AnyBuffer, Buffer, ErrorKind, Real, Result, Seen};

const NAME: &str = "histogram_2d";

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

/// How many of a row's pairs (x, y) fall into each of nx by ny bins.
///
/// `x, y [.., N]`; `range [4]` or `[.., 4]` (the lowest and highest x, then y; the least and greatest numbers of each row
/// where absent) → `counts [.., nx, ny]`. The edges are doubles, lo + k·(hi − lo)/n as `numpy.linspace` rounds them; a bin
/// holds its lower edge, the last its upper one too. Equal limits widen by ½ each way. A pair with a value outside, or NaN,
/// is not counted. Equals `numpy.histogram2d`. O(R·N), read once, without a range twice.
///
/// # Errors
/// Shapes that do not fit; bins that are none, one or two numbers from 1 on; a range that is not finite or descends; data
/// without a range that are infinite, or a row without a number; out of memory.
#[operation(types(f32, f64), kernels(PAIR_COUNTS, ROW_EXTREMES), output(counts))]
pub fn histogram_2d<T: Real>(
    x: &Buffer<T>,
    y: &Buffer<T>,
    range: Option<&Buffer<f64>>,
    settings: &Histogram2dSettings,
) -> Result<Buffer<u32>> {
    let [nx, ny] = settings.sizes()?;
    let (batch, device) = (Batch::of(NAME, "x", "N", x)?, x.device());
    let ([n], r) = (batch.last, batch.size());
    let (x, y) = (x.seen_as(&[r, n])?, batch.each("y", y, &[n])?);
    let limits = match range {
        Some(range) if batch.shared("range", range, &[4])?.shape() == [1, 4] => range.download()?.repeat(r),
        Some(range) => range.download()?,
        None => own(&extremes(&x, r, n)?, &extremes(&y, r, n)?),
    };
    judge(&limits, range.is_some())?;
    let limits = device.upload(&limits, &[r, 4])?;
    let mut counts = device.zeros(&[r, nx, ny])?;
    pair_counts(&x, &y, &limits, &mut counts)?;
    counts.reshaped(&batch.with(&[nx, ny]))
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
        histogram_2d(&up(x, shape), &up(y, shape), range, &Histogram2dSettings { bins: bins.to_vec() })
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
        let fault = "histogram_2d: `range` holds limits that are not finite or descend";
        assert_eq!(said(&X[..2], Some(&down), &[1]), fault);
        for x in [f64::INFINITY, f64::NAN] {
            assert_eq!(said(&[x, x], None, &[1]), "histogram_2d: `range` is needed where data are not finite");
        }
    }
}
