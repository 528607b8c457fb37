//! Euler characteristics of sublevel sets.

use super::plain::{levels, number_of};
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// The vertices less the edges plus the squares of an image's cubical complex at or below a threshold.
///
/// `level [b, h, w]`, `thresholds [k]` in any order → added to `euler [b, k]`. With `connectivity` = 4 pixels are vertices
/// and a cell has the largest of its pixels, with 8 pixels are squares and a cell has the smallest of those around it.
/// None is counted at NaN. O(b·h·w·k), the image read once, no scratch.
#[kernel(
    threads = b * ((h + 1) * (w + 1)).div_ceil(2048) * 256,
    block = [256],
    requires(b * h * w < 2_147_483_648, connectivity == 4 || connectivity == 8),
    check(connectivity = [4, 8], k = [0, 7], b = [0, 1, 3], h = [0, 1, 2, 33, 70], w = [0, 1, 33, 100]),
    bench(b = 16, h = 1_024, w = 1_024, k = 100, connectivity = 4),
    inputs = thresholds,
)]
pub fn euler_curve(
    #[shape(b, h, w)] level: &[u32],
    #[shape(k)] thresholds: &[f32],
    #[inout]
    #[shape(b, k)]
    euler: &mut [i32],
    connectivity: u32,
) {
    for image in 0..b {
        for (j, &t) in thresholds.iter().enumerate() {
            let is_in = |row: usize, column: usize| {
                row < h && column < w && number_of(level[(image * h + row) * w + column]) <= t
            };
            euler[image * k + j] += if connectivity == 4 { of_vertices(is_in, h, w) } else { of_squares(is_in, h, w) };
        }
    }
}

/// Pixels are vertices: a cell is there when all its pixels are.
fn of_vertices(is_in: impl Fn(usize, usize) -> bool, h: usize, w: usize) -> i32 {
    cells(h, w, |row, column, dy, dx| (0..=dy).all(|y| (0..=dx).all(|x| is_in(row + y, column + x))), 0)
}

/// Pixels are squares: a cell is there when one of the squares around it is.
fn of_squares(is_in: impl Fn(usize, usize) -> bool, h: usize, w: usize) -> i32 {
    let around = |from: usize, extent: usize| from.saturating_sub(1 - extent)..=from;
    cells(h + 1, w + 1, |row, column, dy, dx| around(row, dy).any(|y| around(column, dx).any(|x| is_in(y, x))), 0)
}

/// The signed sum of the cells, of `dy` by `dx`, that are there: at every vertex a vertex, two edges and a square.
fn cells(h: usize, w: usize, is_there: impl Fn(usize, usize, usize, usize) -> bool, start: i32) -> i32 {
    let kinds = [(0, 0, 1), (0, 1, -1), (1, 0, -1), (1, 1, 1)];
    let vertices = (0..h).flat_map(|row| (0..w).map(move |column| (row, column)));
    vertices.fold(start, |sum, (row, column)| {
        let here = kinds.iter().filter(|&&(dy, dx, _)| is_there(row, column, dy, dx));
        sum + here.map(|kind| kind.2).sum::<i32>()
    })
}

/// Levels, and thresholds that some of them equal, one of them NaN.
fn thresholds(case: &mut Case) {
    levels(case);
    let Value::F32(_, thresholds) = case.value("thresholds") else { return };
    for (j, t) in thresholds.iter_mut().enumerate() {
        *t = [0.0, -2.0, 1.5, f32::INFINITY, f32::NAN, f32::NEG_INFINITY, 50.0][j % 7];
    }
}
