//! Homology of small images by reduction of the boundary matrix, for tests.

use super::PixelTdaConstruction;
use std::collections::BTreeMap;

/// A cell: its row and column on a grid of vertices, edges and squares, 2h + 1 by 2w + 1 of them.
type Cell = (usize, usize);

/// Pairs (dimension, birth, death) of positive persistence, sorted. The columns of the boundary matrix over F₂, in order
/// of the filtration, are reduced from the left until no two have one lowest entry (Edelsbrunner 2002).
pub(super) fn pairs(image: &[f32], h: usize, w: usize, construction: PixelTdaConstruction) -> Vec<(i32, f32, f32)> {
    let cells = filtration(image, h, w, construction);
    let place: BTreeMap<Cell, usize> = cells.iter().enumerate().map(|(i, c)| (c.1, i)).collect();
    let (mut reduced, mut pairs) = (BTreeMap::<usize, Vec<usize>>::new(), Vec::new());
    let mut is_alive = vec![true; cells.len()];
    for (i, &(_, cell)) in cells.iter().enumerate() {
        let mut column: Vec<usize> = boundary(cell).iter().filter_map(|face| place.get(face).copied()).collect();
        while let Some(other) = column.iter().max().and_then(|lowest| reduced.get(lowest)) {
            column = symmetric_difference(&column, other);
        }
        if let Some(&lowest) = column.iter().max() {
            (is_alive[lowest], is_alive[i]) = (false, false);
            pairs.push((dimension(cells[lowest].1) as i32, cells[lowest].0, cells[i].0));
            reduced.insert(lowest, column);
        }
    }
    let alive = cells.iter().zip(is_alive).filter(|(_, alive)| *alive);
    pairs.extend(alive.map(|((value, cell), _)| (dimension(*cell) as i32, *value, f32::INFINITY)));
    pairs.retain(|&(_, birth, death)| birth < death);
    pairs.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
    pairs
}

/// The cells of an image with their values, in order of value and then of dimension.
fn filtration(image: &[f32], h: usize, w: usize, construction: PixelTdaConstruction) -> Vec<(f32, Cell)> {
    let grid = (0..=2 * h).flat_map(|row| (0..=2 * w).map(move |column| (row, column)));
    let mut cells: Vec<(f32, Cell)> = grid
        .filter_map(|cell| {
            let value = match construction {
                PixelTdaConstruction::V => of_vertices(image, h, w, cell)?,
                PixelTdaConstruction::T => of_squares(image, h, w, cell),
            };
            Some((value, cell))
        })
        .collect();
    cells.sort_by(|a, b| a.0.total_cmp(&b.0).then(dimension(a.1).cmp(&dimension(b.1))));
    cells
}

/// The largest of the vertices of a cell; none where the grid has one more than the image.
fn of_vertices(image: &[f32], h: usize, w: usize, (row, column): Cell) -> Option<f32> {
    let (rows, columns) = (row / 2..=row.div_ceil(2), column / 2..=column.div_ceil(2));
    let inside = *rows.end() < h && *columns.end() < w;
    let values = rows.flat_map(|y| columns.clone().map(move |x| y * w + x));
    inside.then(|| values.map(|p| image[p]).fold(f32::NEG_INFINITY, f32::max))
}

/// The smallest of the squares around a cell.
fn of_squares(image: &[f32], h: usize, w: usize, (row, column): Cell) -> f32 {
    let around = |at: usize, n: usize| (at.max(1) - 1) / 2..=(at / 2).min(n - 1);
    let values = around(row, h).flat_map(|y| around(column, w).map(move |x| y * w + x));
    values.map(|p| image[p]).fold(f32::INFINITY, f32::min)
}

fn dimension((row, column): Cell) -> usize {
    row % 2 + column % 2
}

fn boundary((row, column): Cell) -> Vec<Cell> {
    let mut faces = Vec::new();
    if row % 2 == 1 {
        faces.extend([(row - 1, column), (row + 1, column)]);
    }
    if column % 2 == 1 {
        faces.extend([(row, column - 1), (row, column + 1)]);
    }
    faces
}

fn symmetric_difference(a: &[usize], b: &[usize]) -> Vec<usize> {
    let only = |x: &[usize], y: &[usize]| x.iter().copied().filter(|i| !y.contains(i)).collect::<Vec<_>>();
    [only(a, b), only(b, a)].concat()
}
