//! A target asked for its counts with one source after another.

use rayon::prelude::*;

use super::columns::Columns;
use super::excluded::Excluded;
use super::nearest::{Nearest, radii};
use super::scalar::Scalar;
use super::space::{Reach, Space};
use super::tree::Tree;
use super::worker::{Worker, run};
use super::{Algorithm, Spec};

/// Samples a task takes.
const GRAIN: usize = 4096;

/// The part of a problem (X; Y | Z) that another X leaves alone: Y, Z, the clock, and the orders over them.
pub struct Target<'a, T> {
    y: &'a [&'a [T]],
    z: &'a [&'a [T]],
    excluded: Excluded,
    spec: Spec,
    yz: Space<T>,
    z_alone: Space<T>,
}

/// Counts for each sample, in sample order, without the sample itself and those its Theiler window excludes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In (X, Z), or in X when Z has no dimension.
    pub xz: Vec<u32>,
    /// In (Y, Z), or in Y when Z has no dimension.
    pub yz: Vec<u32>,
    /// In Z; all others when Z has no dimension.
    pub z: Vec<u32>,
}

/// Radii for each sample, in sample order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Radii<T> {
    /// In X; under algorithm 1 the distance to the k-th neighbour in the joint space.
    pub x: Vec<T>,
    /// In Y; empty under algorithm 1.
    pub y: Vec<T>,
    /// In Z; empty under algorithm 1.
    pub z: Vec<T>,
}

/// Memory for the counts of one X, kept from call to call.
#[derive(Default)]
pub struct Scratch<T> {
    joint: Tree<T>,
    xz: Space<T>,
    found: Vec<T>,
    radii: Radii<T>,
    raw: Vec<u32>,
    worker: Worker<T>,
}

impl<'a, T: Scalar> Target<'a, T> {
    /// Orders Y and Z; on the current pool.
    ///
    /// Each variable is a list of columns of `n` finite values in sample order; `z` may be empty. `clock` ascends strictly.
    /// With `n <= k + 2 * theiler` samples some lack `k` neighbours and the counts mean nothing. O(n log n).
    pub fn new(y: &'a [&'a [T]], z: &'a [&'a [T]], clock: &[i32], spec: Spec) -> Self {
        debug_assert!(clock.is_sorted_by(|a, b| a < b), "the clock ascends");
        debug_assert!(spec.k > 0 && y.iter().chain(z).all(|column| column.len() == clock.len()));
        let (mut yz, mut z_alone) = (Space::default(), Space::default());
        yz.build(Columns::new(y, z, &[]), true);
        z_alone.build(Columns::new(z, &[], &[]), true);
        Self { y, z, excluded: Excluded::new(clock, spec.theiler), spec, yz, z_alone }
    }

    /// The counts with `x`; on the current pool.
    pub fn counts(&self, x: &[&[T]]) -> Counts {
        let (mut out, mut scratch) = (Counts::default(), Scratch::default());
        self.answer(x, &mut out, &mut scratch, true);
        out
    }

    /// The counts with `x`, on this thread; allocates nothing once `out` and `scratch` have served a call of the same size.
    pub fn counts_with(&self, x: &[&[T]], out: &mut Counts, scratch: &mut Scratch<T>) {
        self.answer(x, out, scratch, false);
    }

    /// The radii with `x`; on the current pool.
    pub fn radii(&self, x: &[&[T]]) -> Radii<T> {
        let mut scratch = Scratch::default();
        self.find_radii(x, &mut scratch, true);
        scratch.radii
    }

    fn answer(&self, x: &[&[T]], out: &mut Counts, scratch: &mut Scratch<T>, parallel: bool) {
        self.find_radii(x, scratch, parallel);
        let Scratch { xz, radii, raw, worker, .. } = scratch;
        let n = radii.x.len();
        if self.spec.algorithm == Algorithm::One {
            radii.x.iter_mut().for_each(|radius| *radius = radius.below());
        }
        let [rx, ry, rz]: [&[T]; 3] = match self.spec.algorithm {
            Algorithm::One => [&radii.x; 3],
            Algorithm::Two => [&radii.x, &radii.y, &radii.z],
        };
        // With one radius for all there is no need to tell the variables apart.
        let cut = |dims: usize| if self.spec.algorithm == Algorithm::One { dims + self.z.len() } else { dims };
        let of_xz = Columns::new(x, self.z, &[]);
        let of_yz = Columns::new(self.y, self.z, &[]);
        let of_z = Columns::new(self.z, &[], &[]);
        xz.build(of_xz, parallel);
        let mut count = |space: &Space<T>, columns, cut, radii, out: &mut Vec<u32>| {
            out.resize(n, 0);
            let worker = (!parallel).then_some(&mut *worker);
            space.count(columns, Reach { cut, radii }, &self.excluded, out, raw, worker);
        };
        count(xz, of_xz, cut(x.len()), [rx, rz], &mut out.xz);
        count(&self.yz, of_yz, cut(self.y.len()), [ry, rz], &mut out.yz);
        count(&self.z_alone, of_z, self.z.len(), [rz, rz], &mut out.z);
    }

    fn find_radii(&self, x: &[&[T]], scratch: &mut Scratch<T>, parallel: bool) {
        let columns = Columns::new(x, self.y, self.z);
        let Scratch { joint, found, radii: out, worker, .. } = scratch;
        joint.build(columns, parallel);
        let (width, rows) = (joint.stride(), radii(self.spec.algorithm));
        found.resize(joint.leaves() * width * rows, T::ZERO);
        let job = Nearest { tree: joint, columns, excluded: &self.excluded, spec: self.spec };
        run(&job, found, (!parallel).then_some(worker));
        for (row, out) in [&mut out.x, &mut out.y, &mut out.z].into_iter().take(rows).enumerate() {
            let place = |&slot: &u32| {
                let (leaf, slot) = (slot as usize / width, slot as usize % width);
                found[(leaf * rows + row) * width + slot]
            };
            out.resize(columns.points(), T::ZERO);
            gather(joint.slots(), out, place, parallel);
        }
    }
}

fn gather<T: Scalar>(slots: &[u32], out: &mut [T], place: impl Fn(&u32) -> T + Sync, parallel: bool) {
    if parallel {
        out.par_iter_mut().with_min_len(GRAIN).zip(slots).for_each(|(out, slot)| *out = place(slot));
    } else {
        out.iter_mut().zip(slots).for_each(|(out, slot)| *out = place(slot));
    }
}
