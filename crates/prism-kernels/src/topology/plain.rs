//! Filtrations of images and their merge trees, in plain loops.

use prism_device::conformance::{Case, Value};

/// The saddle of a node that meets no older component.
pub(super) const NEVER: u32 = 0x7fff_ffff;

/// Bits in the order of the numbers, one for both zeros.
pub(super) fn level_of(value: f32) -> u32 {
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// The number of a level.
pub(super) fn number_of(level: u32) -> f32 {
    f32::from_bits(if level >> 31 == 1 { level & 0x7fff_ffff } else { !level })
}

/// A word of a merge tree.
pub(super) fn word_of(saddle: u32, elder: u32) -> u64 {
    u64::from(NEVER - saddle) << 33 | u64::from(elder)
}

/// The saddle of a word of a merge tree.
pub(super) fn saddle_of(word: u64) -> u32 {
    NEVER - (word >> 33) as u32
}

/// One image as one dimension of homology sees it.
pub(super) struct Filtration<'a> {
    level: &'a [u32],
    h: usize,
    w: usize,
    dimension: usize,
    connectivity: u32,
}

impl<'a> Filtration<'a> {
    /// That of image `which / 2` in dimension `which % 2`.
    pub fn of(levels: &'a [u32], which: usize, connectivity: u32, h: usize, w: usize) -> Self {
        let (level, dimension) = (&levels[which / 2 * h * w..][..h * w], which % 2);
        Self { level, h, w, dimension, connectivity: if dimension == 0 { connectivity } else { 12 - connectivity } }
    }

    /// What a node is ordered by: the lesser is added earlier.
    pub fn key(&self, node: usize) -> (u32, u32) {
        match self.level.get(node) {
            None => (0, 0),
            Some(&level) if self.dimension == 0 => (level, node as u32),
            Some(&level) => (!level, !(node as u32)),
        }
    }

    /// The nodes next to a pixel.
    pub fn neighbours(&self, p: usize) -> Vec<usize> {
        let (row, column) = ((p / self.w) as i64, (p % self.w) as i64);
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dy, dx)));
        let wanted = |&(dy, dx): &(i64, i64)| (dy, dx) != (0, 0) && (self.connectivity == 8 || dy == 0 || dx == 0);
        around.filter(wanted).filter_map(|(dy, dx)| self.node(row + dy, column + dx)).collect()
    }

    fn node(&self, row: i64, column: i64) -> Option<usize> {
        let inside = (0..self.h as i64).contains(&row) && (0..self.w as i64).contains(&column);
        let outside = (self.dimension == 1).then_some(self.h * self.w);
        if inside { Some(row as usize * self.w + column as usize) } else { outside }
    }

    /// The words of all nodes: pixels are added one by one, and where components meet all but the oldest end.
    pub fn merge_tree(&self) -> Vec<u64> {
        let n = self.h * self.w;
        let (mut words, mut parent) = (vec![0; n + 1], (0..=n).collect::<Vec<_>>());
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_unstable_by_key(|&p| self.key(p));
        for p in order {
            for q in self.neighbours(p).into_iter().filter(|&q| self.key(q) < self.key(p)) {
                let (a, b) = (root(&mut parent, p), root(&mut parent, q));
                let (elder, younger) = if self.key(a) < self.key(b) { (a, b) } else { (b, a) };
                if a != b {
                    parent[younger] = elder;
                    words[younger] = if younger == p { 0 } else { word_of(p as u32, elder as u32) };
                }
            }
        }
        words
    }

    /// Whether the class of a minimum lives for ever, or longer than `min_persistence`.
    pub fn is_kept(&self, minimum: usize, saddle: u32, min_persistence: f64) -> bool {
        let number = |p: usize| f64::from(number_of(self.level[p]));
        saddle == NEVER || (number(saddle as usize) - number(minimum)).abs() > min_persistence
    }

    /// The pixels at which the class of a minimum is born and dies; the second is `NEVER` for one that lives for ever.
    pub fn class(&self, minimum: usize, saddle: u32) -> (usize, usize) {
        let (minimum, saddle) = (minimum, saddle as usize);
        if self.dimension == 0 { (minimum, saddle) } else { (saddle, minimum) }
    }
}

/// The first node of a node's component; ways to it grow shorter.
fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

/// Levels of images, of few values in every second one, with infinities.
pub(super) fn levels(case: &mut Case) {
    let pixels = (case.quantity("h") * case.quantity("w")).max(1) as usize;
    let few = case.quantity("h") % 2;
    let Value::U32(_, level) = case.value("level") else { return };
    for (u, level) in level.iter_mut().enumerate() {
        *level = level_of(match *level {
            x if x % 61 == 0 => f32::INFINITY,
            x if x % 61 == 1 => f32::NEG_INFINITY,
            x if (u / pixels) as u64 % 2 == few => (x >> 8) as f32 / 65_536.0 - 100.0,
            x => (x >> 8) as f32 % 5.0 - 2.0,
        });
    }
}

/// Levels and the basins of their minima.
pub(super) fn basins(case: &mut Case) {
    levels(case);
    let [b, h, w] = ["b", "h", "w"].map(|name| case.quantity(name) as usize);
    let connectivity = case.quantity("connectivity") as u32;
    let Value::U32(_, level) = case.value("level").clone() else { return };
    let Value::U32(_, basin) = case.value("basin") else { return };
    super::steepest_descent_reference(&level, basin, connectivity.max(4), b, h, w);
    super::descent_basins_reference(basin, 2 * b, h * w);
}

/// Levels, basins and merge trees.
pub(super) fn trees(case: &mut Case) {
    basins(case);
    let [h, w] = ["h", "w"].map(|name| case.quantity(name) as usize);
    let Value::U32(_, level) = case.value("level").clone() else { return };
    let Value::U64(_, tree) = case.value("tree") else { return };
    for (which, words) in tree.chunks_mut(h * w + 1).enumerate().filter(|_| !level.is_empty()) {
        words.copy_from_slice(&Filtration::of(&level, which, 4, h, w).merge_tree());
    }
}
