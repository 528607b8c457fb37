//! Which pixels of an image belong together, in plain loops.

use prism_device::Element;
use prism_device::conformance::{Case, Value};

/// What a pixel without a zone points to.
pub(super) const NO_ZONE: u32 = u32::MAX;

/// What the root of the n-th zone points to, n from 0, once they are numbered: 2³¹ + n.
pub(super) const NUMBERED: u32 = 1 << 31;

/// One image `[channels, h, w]`.
pub(super) struct Picture<'a, T> {
    image: &'a [T],
    channels: usize,
    h: usize,
    w: usize,
}

impl<'a, T: Element> Picture<'a, T> {
    pub fn of(images: &'a [T], which: usize, channels: u32, h: usize, w: usize) -> Self {
        let channels = channels as usize;
        Self { image: &images[which * channels * h * w..(which + 1) * channels * h * w], channels, h, w }
    }

    /// The largest difference over the channels; NaN where one is.
    pub fn difference(&self, p: usize, q: usize) -> f32 {
        let apart = |c: usize| {
            (number(self.image[c * self.h * self.w + p]) - number(self.image[c * self.h * self.w + q])).abs()
        };
        (0..self.channels).map(apart).fold(0.0, |most, d| if most.is_nan() || d <= most { most } else { d })
    }

    /// The bits of the difference, in the order of differences, NaN the last.
    pub fn difference_bits(&self, p: usize, q: usize) -> u32 {
        let apart = self.difference(p, q);
        if apart.is_nan() { 0x7fff_ffff } else { apart.to_bits() }
    }

    /// mode 0: both are above `bound`; 1: they differ by at most `bound`.
    pub fn joined(&self, p: usize, q: usize, mode: u32, bound: f64) -> bool {
        let above = |p: usize| f64::from(number(self.image[p])) > bound;
        if mode == 0 { above(p) && above(q) } else { f64::from(self.difference(p, q)) <= bound }
    }
}

pub(super) fn number<T: Element>(x: T) -> f32 {
    x.doubles().next().map_or(f32::NAN, |x| x as f32)
}

/// The neighbours of a pixel of an image `[h, w]`.
pub(super) fn neighbours(p: usize, h: usize, w: usize, connectivity: u32) -> impl Iterator<Item = usize> {
    let (row, column) = ((p / w) as i64, (p % w) as i64);
    let around = (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (dy, dx)));
    let wanted = move |&(dy, dx): &(i64, i64)| (dy, dx) != (0, 0) && (connectivity == 8 || dy == 0 || dx == 0);
    let inside = move |(y, x): &(i64, i64)| (0..h as i64).contains(y) && (0..w as i64).contains(x);
    around
        .filter(wanted)
        .map(move |(dy, dx)| (row + dy, column + dx))
        .filter(inside)
        .map(move |(y, x)| y as usize * w + x as usize)
}

/// The root of a pixel that has a zone.
pub(super) fn root(forest: &[u32], of: usize) -> u32 {
    let mut root = of as u32;
    while forest[root as usize] != root {
        root = forest[root as usize];
    }
    root
}

/// Lets the higher of the roots of `i` and `j` point to the lower; whether they differed.
pub(super) fn hook(now: &[u32], next: &mut [u32], i: usize, j: usize) -> bool {
    let (a, b) = (root(now, i), root(now, j));
    let (low, high) = (a.min(b), a.max(b));
    next[high as usize] = next[high as usize].min(low);
    low != high
}

/// The power of two that brings all numbers up to `peak`, the bits of a float, below 2³¹.
pub(super) fn fixed_scale(peak: u32) -> f64 {
    let largest = f64::from(f32::from_bits(peak));
    let exponent = (largest.to_bits() >> 52) as i32 - 1023;
    if largest > 0.0 { 2f64.powi(30 - exponent) } else { 1.0 }
}

/// Valid forests and zones, images of few values, areas and marks of the size of real ones.
pub(super) fn zones(case: &mut Case) {
    let (h, w) = (case.quantity("h") as usize, case.quantity("w") as usize);
    let pixels = (h * w).max(1) as u32;
    match case.values.iter_mut().find(|(name, _)| *name == "image").map(|(_, value)| value) {
        Some(Value::U8(_, image)) => image.iter_mut().for_each(|v| *v %= 3),
        Some(Value::U16(_, image)) => image.iter_mut().for_each(|v| *v %= 3),
        _ => {}
    }
    let open = case.has("kept");
    let root = |u: u32| {
        let (base, p) = (u / pixels * pixels, u % pixels);
        base + p / 7 * 7 % (pixels / 3 + 1).max(1)
    };
    // The root of a root is itself.
    let star = |u: u32| root(root(root(root(u))));
    let star = |u: u32| if root(star(u)) == star(u) { star(u) } else { u / pixels * pixels };
    for name in ["zone", "before", "after"] {
        let forest = name == "zone" || !(case.has("seeds") || case.has("cost") || case.has("zone"));
        let Some((_, Value::U32(_, zone))) = case.values.iter_mut().find(|(n, _)| *n == name && forest) else {
            continue;
        };
        for (u, zone) in (0u32..).zip(zone.iter_mut()) {
            let parent = if name == "zone" { star(u) } else { root(u) };
            *zone = if open && (u % 5 == 0 || parent % 5 == 0) { NO_ZONE } else { parent };
        }
    }
    for (name, limit) in [("area", 9), ("label", 0), ("leader", 0)] {
        let Some((_, Value::U32(_, marks))) = case.values.iter_mut().find(|(n, _)| *n == name) else { continue };
        if limit > 0 {
            for m in marks.iter_mut() {
                *m %= limit;
            }
        } else if name == "label" {
            for m in marks.iter_mut() {
                *m = if *m % 3 == 0 { 0 } else { !(*m % pixels + 1) };
            }
        } else {
            for (u, m) in (0u32..).zip(marks.iter_mut()) {
                *m = !(u / pixels * pixels + *m % pixels);
            }
        }
    }
    let reached = !case.has("seeds");
    if let Some((_, Value::U32(_, cost))) = case.values.iter_mut().find(|(n, _)| *n == "cost" && reached) {
        for c in cost.iter_mut() {
            *c = [!0, !1f32.to_bits(), !2f32.to_bits(), 0][*c as usize % 4];
        }
    }
    if let Some((_, Value::I32(_, seeds))) = case.values.iter_mut().find(|(n, _)| *n == "seeds") {
        for s in seeds.iter_mut() {
            *s = if *s % 4 == 0 { s.rem_euclid(pixels as i32) + 1 } else { 0 };
        }
        if h == 2 {
            seeds.iter_mut().take(1).for_each(|s| *s = -1);
        }
    }
    if let Some((_, Value::U64(_, target))) = case.values.iter_mut().find(|(n, _)| *n == "target") {
        for (u, target) in (0u32..).zip(target.iter_mut()) {
            let other = star(u / pixels * pixels + (*target % u64::from(pixels)) as u32);
            *target = if *target % 2 == 0 && star(u) == u { !(*target << 32 | u64::from(other)) } else { 0 };
        }
    }
}
