//! Where every way down ends.

use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// The node at which the way of every pixel ends.
///
/// `basin [g, n]` holds where each pixel of a row goes, without circles: to itself at an end, n out of the row → the end
/// of its way. O(g·n·log n) for ways of length n, no scratch.
#[kernel(
    threads = g * n,
    block = [256, 128, 512, 1024],
    check(g = [0, 1, 2, 6], n = [0, 1, 2, 31, 33, 257, 1000, 4097]),
    bench(g = 32, n = 1_048_576),
    inputs = ways,
)]
pub fn descent_basins(
    #[inout]
    #[shape(g, n)]
    basin: &mut [u32],
) {
    for row in 0..g {
        let down = &mut basin[row * n..(row + 1) * n];
        for p in 0..n {
            let mut at = p;
            while at != n && down[at] as usize != at {
                at = down[at] as usize;
            }
            down[p] = at as u32;
        }
    }
}

/// Ways to earlier pixels, long ones in every second row; one in seven pixels is an end, every fifth end goes out.
fn ways(case: &mut Case) {
    let n = case.quantity("n") as usize;
    let Value::U32(_, basin) = case.value("basin") else { return };
    for (u, down) in basin.iter_mut().enumerate() {
        let (row, p) = (u / n, u % n);
        *down = match (row % 2, p) {
            (_, 0) => 0,
            (0, p) => p - 1,
            (_, p) if p % 35 == 0 => n,
            (_, p) if p % 7 == 0 => p,
            (_, p) => (p * 5 + row) % p,
        } as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::descent_basins_reference;

    #[test]
    fn ways_end_at_a_pixel_of_their_row_or_outside() {
        let mut basin = [1, 2, 2, 4, 5, 0, 0, 1, 2, 3];
        descent_basins_reference(&mut basin, 2, 5);
        assert_eq!(basin, [2, 2, 2, 5, 5, 0, 0, 0, 0, 0]);
    }
}
