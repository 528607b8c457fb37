//! Local entropy of images with few grey levels.

use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::{Case, Value};

/// Local Shannon entropy, in bits, of images with at most 256 grey levels.
///
/// `image [b, h, w]`, `runs [e, 3]` (row, first and last column of each run of the window's cells, from the pixel),
/// `weights [c]` → `entropy [b, h, w]`: −Σ (m/n)·log₂(m/n) over the grey levels of the n cells that lie in the image, m
/// of one level; 0 where n = 0. With `bins` = 0 each level is its own; else value v is of level ⌊v·bins/2^bits⌋.
/// `weights[m]` is m·log₂ m in
/// units of 2⁻³², for m up to the window's cells; the runs neither overlap nor touch. Equals
/// `skimage.filters.rank.entropy`. O(b·h·w·e): a window that moves by one cell loses and gains one cell a run; no
/// scratch.
#[kernel(
    threads = b * h * w.div_ceil(128) * 32,
    block = [256],
    requires(bins <= 256),
    types(u8, u16),
    check(
        b = [0, 1, 3],
        h = [0, 1, 2, 33],
        w = [0, 1, 31, 33, 257],
        e = [0, 1, 9, 37],
        c = [1200],
        bins = [0, 1, 7, 256],
    ),
    bench(b = 1, h = 1_024, w = 1_024, e = 9, c = 82, bins = 0),
    bench(b = 64, h = 1_024, w = 1_024, e = 9, c = 82, bins = 0),
    inputs = few_levels,
    tolerance = NearOne(4.0),
)]
pub fn pixel_entropy_few<T: Element>(
    #[shape(b, h, w)] image: &[T],
    #[shape(e, 3)] runs: &[i32],
    #[shape(c)] weights: &[i64],
    #[shape(b, h, w)] entropy: &mut [f32],
    bins: u32,
) {
    plain(image, runs, entropy, bins, [h, w]);
}

/// The entropy of every window from its histogram.
pub(super) fn plain<T: Element>(image: &[T], runs: &[i32], entropy: &mut [f32], bins: u32, [h, w]: [usize; 2]) {
    let bits = 8 * size_of::<T>();
    let level = |&value: &T| {
        let value = super::plain::number(value) as usize;
        if bins == 0 { value } else { (value * bins as usize) >> bits }
    };
    let mut histogram = vec![0u32; 1 << bits];
    for (at, entropy) in entropy.iter_mut().enumerate() {
        let (plane, y, x) = (at / (h * w) * h * w, (at / w % h) as i64, (at % w) as i64);
        let mut levels = Vec::new();
        for run in runs.chunks(3) {
            let row = y + i64::from(run[0]);
            let columns = (x + i64::from(run[1])).max(0)..(x + i64::from(run[2]) + 1).min(w as i64);
            if (0..h as i64).contains(&row) {
                levels.extend(columns.map(|column| level(&image[plane + row as usize * w + column as usize])));
            }
        }
        for &l in &levels {
            histogram[l] += 1;
        }
        let n = levels.len() as f64;
        let mut sum = 0.0;
        for l in levels {
            let m = f64::from(std::mem::take(&mut histogram[l]));
            sum += if m > 0.0 { m / n * (n / m).log2() } else { 0.0 };
        }
        *entropy = sum as f32;
    }
}

/// m·log₂ m for m from 0 to `cells`, in units of 2⁻³².
pub(super) fn weights(cells: u64) -> Vec<i64> {
    (0..=cells)
        .map(|m| if m == 0 { 0 } else { (m as f64 * (m as f64).log2() * 2f64.powi(32)).round() as i64 })
        .collect()
}

/// Images of as many levels as there may be.
fn few_levels(case: &mut Case) {
    windows(case);
    if let (0, Value::U16(_, image)) = (case.quantity("bins"), case.value("image")) {
        for v in image {
            *v &= 0xff;
        }
    }
}

/// A window of runs of odd lengths, two in some rows, and images smooth enough that levels repeat.
pub(super) fn windows(case: &mut Case) {
    let (c, smooth) = (case.quantity("c"), case.quantity("h") % 2 == 1);
    if let Value::I32(_, runs) = case.value("runs") {
        let e = runs.len() / 3;
        for (i, run) in runs.chunks_mut(3).enumerate() {
            let (dy, half) = (i as i32 - e as i32 / 2, (i * 7 % 15) as i32);
            run.copy_from_slice(&if e == 9 { [dy, -4, 4] } else { [dy, -half, half + 1] });
        }
        if e == 37 {
            runs[..6].copy_from_slice(&[-3, -40, -20, -3, 20, 40]);
        }
    }
    if let Value::I64(_, table) = case.value("weights") {
        *table = weights(c - 1);
    }
    if smooth {
        match case.value("image") {
            Value::U8(_, image) => image.iter_mut().for_each(|v| *v &= 0xe1),
            Value::U16(_, image) => image.iter_mut().for_each(|v| *v &= 0xc001),
            _ => {}
        }
    }
}
