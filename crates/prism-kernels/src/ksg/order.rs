//! The order in which the points of a target stand, so that both sweeps find near points together.

/// Strips of points, ascending in the first column from strip to strip and in the second within a strip.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The point at every place.
    pub points: Vec<u32>,
    /// Where in the first column each strip begins, and where the last ends.
    pub edges: Vec<f64>,
}

/// The points of a strip that make its tiles of 32 about as wide as high, leaning to narrow strips: √(8n), in tiles.
/// Ordered by one column alone, strips are short, so that few points are looked at in vain.
pub fn strip_length(n: usize, columns: usize) -> usize {
    let area = if columns == 1 { n as f64 } else { 8.0 * n as f64 };
    (area.sqrt() as usize).next_multiple_of(32).max(32)
}

/// The length of a row of near copies of `n` points: they, and what whole tiles of 128 may read behind them.
pub const fn row_length(n: u64) -> u64 {
    n.next_multiple_of(32) + 96
}

impl Order {
    /// Orders points `[columns][n]` in strips of `strip`. Ties stand in the order of the points.
    pub fn new(columns: &[&[f64]], strip: usize) -> Self {
        let outer = columns[0];
        let mut points: Vec<u32> = (0..outer.len() as u32).collect();
        let by = |column: &[f64], points: &mut [u32]| {
            points.sort_unstable_by(|&a, &b| column[a as usize].total_cmp(&column[b as usize]).then(a.cmp(&b)));
        };
        by(outer, &mut points);
        let begins = points.iter().step_by(strip).chain(points.last()).map(|&i| outer[i as usize]);
        let edges = begins.collect();
        if let Some(inner) = columns.get(1) {
            points.chunks_mut(strip).for_each(|points| by(inner, points));
        }
        Self { points, edges }
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn strips_ascend_outside_and_inside() {
        let (outer, inner) = ([5.0, 1.0, 4.0, 2.0, 3.0], [0.0, 9.0, 1.0, 8.0, 7.0]);
        let order = Order::new(&[&outer, &inner], 2);
        assert_eq!(order.points, [3, 1, 2, 4, 0]);
        assert_eq!(order.edges, [1.0, 3.0, 5.0, 5.0]);
    }
}
