//! The search against the plain double loop.

// Equality is what is claimed.
#![allow(clippy::float_cmp)]

use proptest::prelude::*;

use super::{Algorithm, Counts, Radii, Scalar, Scratch, Spec, Target};

/// A problem: `n` samples of three variables.
#[derive(Clone, Debug)]
struct Problem<T> {
    variables: [Vec<Vec<T>>; 3],
    clock: Vec<i32>,
    spec: Spec,
}

impl<T: Scalar> Problem<T> {
    fn far(&self, variable: usize, i: usize, j: usize) -> T {
        self.variables[variable].iter().fold(T::ZERO, |far, c| far.larger((c[i] - c[j]).abs()))
    }

    fn others(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.clock.len()).filter(move |&j| self.clock[i].abs_diff(self.clock[j]) > self.spec.theiler)
    }

    fn brute(&self) -> (Radii<T>, Counts) {
        let (mut radii, mut counts) = (Radii::default(), Counts::default());
        for i in 0..self.clock.len() {
            let joint = |j| (0..3).fold(T::ZERO, |far, v| far.larger(self.far(v, i, j)));
            let mut near: Vec<_> = self.others(i).map(|j| (joint(j), j)).collect();
            near.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
            near.truncate(self.spec.k);
            let span = |v| near.iter().fold(T::ZERO, |far, &(_, j)| far.larger(self.far(v, i, j)));
            let one = self.spec.algorithm == Algorithm::One;
            let reach = if one { [near[near.len() - 1].0; 3] } else { [span(0), span(1), span(2)] };
            let meets = |v: usize, j| {
                let far = self.far(v, i, j);
                if one { self.variables[v].is_empty() || far < reach[v] } else { far <= reach[v] }
            };
            let count = |v: &[usize]| self.others(i).filter(|&j| v.iter().all(|&v| meets(v, j))).count() as u32;
            radii.x.push(reach[0]);
            if !one {
                radii.y.push(reach[1]);
                radii.z.push(reach[2]);
            }
            counts.xz.push(count(&[0, 2]));
            counts.yz.push(count(&[1, 2]));
            counts.z.push(count(&[2]));
        }
        (radii, counts)
    }

    fn check(&self) {
        let [x, y, z] = self.variables.each_ref().map(|v| v.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let target = Target::new(&y, &z, &self.clock, self.spec);
        let (radii, counts) = self.brute();
        assert_eq!(target.radii(&x), radii);
        assert_eq!(target.counts(&x), counts);
        let (mut out, mut scratch) = (Counts::default(), Scratch::default());
        for _ in 0..2 {
            target.counts_with(&x, &mut out, &mut scratch);
            assert_eq!(out, counts);
        }
    }

    fn to_f32(&self) -> Problem<f32>
    where
        T: Into<f64>,
    {
        let narrow = |v: &Vec<Vec<T>>| v.iter().map(|c| c.iter().map(|&x| x.into() as f32).collect()).collect();
        Problem { variables: self.variables.each_ref().map(narrow), clock: self.clock.clone(), spec: self.spec }
    }
}

/// How the values of a column are made from uniform ones.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Uniform,
    Tied,
    Clustered,
    Constant,
    Offset,
    HeavyTailed,
}

fn shape(kind: Kind, u: f64) -> f64 {
    match kind {
        Kind::Uniform => u,
        Kind::Tied => (u * 4.0).floor(),
        Kind::Clustered => (u * 5.0).floor() * 100.0 + (u * 5.0).fract() * 1e-3,
        Kind::Constant => -0.25,
        Kind::Offset => 1e8 + u,
        Kind::HeavyTailed => (u - 0.5).recip(),
    }
}

fn kind() -> impl Strategy<Value = Kind> {
    use Kind::{Clustered, Constant, HeavyTailed, Offset, Tied, Uniform};
    prop::sample::select(vec![Uniform, Uniform, Tied, Clustered, Constant, Offset, HeavyTailed])
}

/// A generator of uniform numbers.
fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn clock(n: usize, trial: usize) -> Vec<i32> {
    (0..n).map(|i| (i + 50 * (i / trial)) as i32 - 40).collect()
}

prop_compose! {
    fn problem(max_dims: usize)(
        k in prop_oneof![1_usize..8, 1_usize..=64],
        theiler in prop::sample::select(vec![0_u32, 1, 10]),
        extra in 1_usize..500,
        algorithm in prop::sample::select(vec![Algorithm::One, Algorithm::Two]),
        dims in (1..=max_dims, 1..=max_dims, 0..=max_dims),
        kinds in prop::collection::vec(kind(), 3 * max_dims),
        trial in 5_usize..100,
        repeat in prop::sample::select(vec![1_usize, 1, 1, 7]),
        seed: u64,
    ) -> Problem<f64> {
        let n = k + 2 * theiler as usize + extra;
        let mut next = uniform(seed);
        let mut kinds = kinds.into_iter();
        let mut column = || {
            let kind = kinds.next().unwrap_or(Kind::Uniform);
            let mut column: Vec<f64> = (0..n).map(|_| shape(kind, next())).collect();
            for i in 0..n {
                column[i] = column[i - i % repeat];
            }
            column
        };
        let variables = [dims.0, dims.1, dims.2].map(|dims| (0..dims).map(|_| column()).collect());
        Problem { variables, clock: clock(n, trial), spec: Spec { k, theiler, algorithm } }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn few_dimensions_equal_the_double_loop(problem in problem(2)) {
        problem.check();
        problem.to_f32().check();
    }

    #[test]
    fn many_dimensions_equal_the_double_loop(problem in problem(11)) {
        problem.check();
        problem.to_f32().check();
    }
}

/// Each value of a column taken by how many of its samples, less one.
fn twins(column: &[f64]) -> Vec<u32> {
    let same = |a: &f64| column.iter().filter(|b| a == *b).count() as u32 - 1;
    let kinds = column.iter().map(|&value| value as usize).max().map_or(0, |most| most + 1);
    let twins: Vec<u32> = (0..kinds).map(|kind| same(&(kind as f64))).collect();
    column.iter().map(|&value| twins[value as usize]).collect()
}

/// Heavily tied samples would take minutes here if ties were searched one by one.
#[test]
fn many_copies_of_few_points_stay_cheap() {
    let n = 100_000;
    for kinds in [1.0, 3.0] {
        let mut next = uniform(3);
        let mut column = || (0..n).map(|_| (next() * kinds).floor()).collect::<Vec<f64>>();
        let [x, y, z] = [column(), column(), column()];
        let pairs: Vec<f64> = x.iter().zip(&z).map(|(x, z)| x * kinds + z).collect();
        for algorithm in [Algorithm::One, Algorithm::Two] {
            let spec = Spec { k: 4, theiler: 0, algorithm };
            let (clock, z) = (clock(n, n), [z.as_slice()]);
            let counts = Target::new(&[&y], &z, &clock, spec).counts(&[&x]);
            let strict = algorithm == Algorithm::One;
            assert_eq!(counts.xz, if strict { vec![0; n] } else { twins(&pairs) });
            assert_eq!(counts.z, if strict { vec![0; n] } else { twins(z[0]) });
        }
    }
}
