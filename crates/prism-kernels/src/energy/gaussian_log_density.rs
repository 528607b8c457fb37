//! Logarithmic density of normal errors.

use crate::argument::{exactly, extents, judged, one_of};
use crate::rows::{packs, part, parts, row_sum, sum};
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Arg, Buffer, Real, Result, run};

/// Logarithmic density −½Σ(π·ε² − ln π + ln 2π) of every row of errors ε = y − mean, or of every part of it, in nats.
///
/// `y [b, n]`, `mean [g, n]` (g = b, or 0 for none), `precision [w, n]` (w = b, or 1 for all rows) → `density
/// [b · parts]`, part j of a row holding its terms from j·⌈n/parts⌉ on, and the errors, `error [e, n]` (e = b, or 0
/// when not wanted). `fault` becomes the complement of the first place in `precision` that holds 0 or less, and stays 0
/// when none does. Four terms at most are summed in the element type, their sums in double precision. O(b·n), read once.
#[kernel(
    threads = packs(b, n, parts),
    block = [256],
    requires(parts >= 1, g == 0 || g == b, w == 1 || w == b, e == 0 || e == b),
    types(f32, f64),
    check(
        g = [9, 0, 33], w = [9, 1, 33], e = [9, 0, 33], parts = [1, 2], b = [9, 0, 1, 33],
        n = [0, 1, 2, 8, 31, 33, 132, 257, 516, 1000, 5000],
    ),
    bench(b = 65_536, n = 1_024, g = 65_536, w = 1, e = 0, parts = 1),
    bench(b = 65_536, n = 1_024, g = 65_536, w = 65_536, e = 65_536, parts = 1),
    inputs = precisions,
    tolerance = Sum(n, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn gaussian_log_density<T: Real>(
    #[shape(b, n)] y: &[T],
    #[shape(g, n)] mean: &[T],
    #[shape(w, n)] precision: &[T],
    #[shape(b * parts)] density: &mut [T],
    #[shape(e, n)] error: &mut [T],
    #[inout]
    #[shape(1)]
    fault: &mut [u64],
    parts: u32,
) {
    let parts = parts as usize;
    for item in 0..b * parts {
        let row = item / parts;
        let mut terms = Vec::new();
        for i in part(item, n, parts) {
            let (at, of) = (row * n + i, row.min(w - 1) * n + i);
            let difference = y[at].into() - if g > 0 { mean[at].into() } else { 0.0 };
            let precision = precision[of].into();
            if precision <= 0.0 {
                fault[0] = fault[0].max(!(of as u64));
            }
            if e > 0 {
                error[at] = T::nearest(difference);
            }
            terms.push(-0.5 * (precision * difference * difference - precision.ln() + std::f64::consts::TAU.ln()));
        }
        density[item] = T::nearest(sum(terms.into_iter()));
    }
}

/// Positive precisions; in one case of two, some that are not.
fn precisions(case: &mut Case) {
    let is_bad = case.quantity("n") % 2 == 1;
    case.change("precision", |p| {
        for (i, p) in p.iter_mut().enumerate() {
            *p = match i % 97 {
                96 if is_bad => -p.abs(),
                _ => p.abs() + 0.01,
            };
        }
    });
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [b, n, parts, g, w] = ["b", "n", "parts", "g", "w"].map(|name| case.quantity(name) as usize);
    let (y, mean, precision) = (case.doubles("y"), case.doubles("mean"), case.doubles("precision"));
    let size = |row: usize, i: usize| {
        let difference = y[row * n + i] - if g > 0 { mean[row * n + i] } else { 0.0 };
        let precision = precision[row.min(w - 1) * n + i];
        0.5 * (precision * difference * difference + precision.ln().abs() + std::f64::consts::TAU.ln())
    };
    (0..b * parts).map(|item| part(item, n, parts).map(|i| size(item / parts, i)).sum()).collect()
}

/// The density of every row of `y` less `mean`, and the errors when wanted; what the operation's `name` calls the
/// precision is `argument`.
pub(super) fn log_density<T: Real>(
    name: &'static str,
    (named_y, y): (&'static str, &Buffer<T>),
    mean: Option<(&'static str, &Buffer<T>)>,
    (named_precision, precision): (&'static str, &Buffer<T>),
    with_error: bool,
) -> Result<(Buffer<T>, Option<Buffer<T>>)> {
    let device = y.device();
    let [b, n] = extents(name, named_y, "b, n", y)?;
    one_of(name, named_precision, precision.shape(), &[&[n], &[b, n], &[1, n]])?;
    mean.map_or(Ok(()), |(named, mean)| exactly(name, named, mean.shape(), &[b, n]))?;
    let cut = parts(b, n);
    let no_mean = device.zeros::<T>(&[0, n])?;
    let precision = match *precision.shape() {
        [n] => precision.seen_as(&[1, n])?,
        _ => precision.seen_as(precision.shape())?,
    };
    let mut density = device.zeros(&[b * cut])?;
    let mut error = device.zeros(&[if with_error { b } else { 0 }, n])?;
    let mut fault = device.zeros::<u64>(&[1])?;
    let (y, mean) = (Arg::In(y), Arg::In(mean.map_or(&no_mean, |(_, mean)| mean)));
    let outputs = (Arg::Out(&mut density), Arg::Out(&mut error), Arg::Out(&mut fault));
    let cut_of = Arg::Scalar((cut as u32).into());
    run(&GAUSSIAN_LOG_DENSITY, &mut [y, mean, Arg::In(&precision), outputs.0, outputs.1, outputs.2, cut_of])?;
    judged(name, named_precision, "greater than 0", &fault)?;
    if cut > 1 {
        let mut rows = device.zeros(&[b])?;
        row_sum(&density.reshaped(&[b, cut])?, &mut rows, 1)?;
        density = rows;
    }
    Ok((density, with_error.then_some(error)))
}
