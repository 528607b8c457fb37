//! The neighbourhood of a pixel, as horizontal runs of cells.

use prism_derive::Setting;

/// The form of a neighbourhood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Shape {
    /// The square of side 2·radius + 1.
    #[default]
    Square,
    /// The cells no further than the radius: `skimage.morphology.disk(radius)`.
    Disk,
}

/// Which cells around a pixel are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Footprint {
    /// Row, first and last column of every run of cells, from the pixel.
    runs: Vec<[i32; 3]>,
}

impl Footprint {
    /// A neighbourhood of that form.
    pub fn of(shape: Shape, radius: u16) -> Self {
        match shape {
            Shape::Square => Self::square(radius),
            Shape::Disk => Self::disk(radius),
        }
    }

    fn square(radius: u16) -> Self {
        let r = i32::from(radius);
        Self { runs: (-r..=r).map(|dy| [dy, -r, r]).collect() }
    }

    fn disk(radius: u16) -> Self {
        let r = i64::from(radius);
        let half = |dy: i64| (r * r - dy * dy).isqrt() as i32;
        Self { runs: (-r..=r).map(|dy| [dy as i32, -half(dy), half(dy)]).collect() }
    }

    /// The cells that are set of a mask `[rows][columns]` in row-major order; the pixel lies under the cell
    /// `[rows / 2][columns / 2]`. `None` when the cells do not fill whole rows, or a side exceeds 65 535.
    pub fn mask(cells: &[bool], columns: usize) -> Option<Self> {
        let rows = cells.len().checked_div(columns)?;
        if rows * columns != cells.len() || rows.max(columns) > usize::from(u16::MAX) {
            return None;
        }
        let of_row = |(y, row): (usize, &[bool])| runs_of(y as i32 - (rows / 2) as i32, (columns / 2) as i32, row);
        Some(Self { runs: cells.chunks(columns).enumerate().flat_map(of_row).collect() })
    }

    /// Row, first and last column of every run of cells, from the pixel.
    pub fn runs(&self) -> &[[i32; 3]] {
        &self.runs
    }

    /// The number of cells.
    pub fn cells(&self) -> u64 {
        self.runs.iter().map(|[_, first, last]| u64::from(last.abs_diff(*first)) + 1).sum()
    }
}

fn runs_of(dy: i32, centre: i32, row: &[bool]) -> Vec<[i32; 3]> {
    let mut runs: Vec<[i32; 3]> = Vec::new();
    for x in (0..row.len()).filter(|&x| row[x]) {
        let dx = x as i32 - centre;
        match runs.last_mut() {
            Some(run) if run[2] + 1 == dx => run[2] = dx,
            _ => runs.push([dy, dx, dx]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::Footprint;

    #[test]
    fn a_mask_is_cut_into_runs_around_its_middle() {
        let cells = [true, true, false, true, false, false, false, false];
        let mask = Footprint::mask(&cells, 4).unwrap();
        assert_eq!(mask.runs(), [[-1, -2, -1], [-1, 1, 1]]);
        assert_eq!(mask.cells(), 3);
        assert_eq!(Footprint::mask(&[true; 9], 3), Some(Footprint::square(1)));
        assert_eq!(Footprint::mask(&[true; 9], 4), None);
        assert_eq!(Footprint::mask(&[], 0), None);
    }

    /// `skimage.morphology.disk(r).sum()`, scikit-image 0.26.0.
    #[test]
    fn a_disk_has_the_cells_of_skimage() {
        assert_eq!([0, 1, 2, 3, 5, 10].map(|r| Footprint::disk(r).cells()), [1, 5, 13, 29, 81, 317]);
    }
}
