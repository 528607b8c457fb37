//! The estimate from the counts of prism-kernels.

use std::cell::RefCell;

use prism_kernels::ksg::search::{Algorithm, Counts, Scratch, Spec, Target};
use rayon::prelude::*;

use crate::cases::{Case, Data, Kind};

const SPEC: Spec = Spec { k: 4, theiler: 0, algorithm: Algorithm::One };

thread_local! {
    static MEMORY: RefCell<(Counts, Scratch<f64>)> = RefCell::default();
}

pub fn estimate(case: &Case, data: &Data) -> f64 {
    let [x, y, z] = [&data.x, &data.y, &data.z].map(|v| v.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let clock: Vec<i32> = (0..case.n as i32).collect();
    let psi = digammas(case.n + 1);
    let target = Target::new(&y, &z, &clock, SPEC);
    if case.kind != Kind::Permuted {
        return value(&target.counts(&x), &psi, z.is_empty());
    }
    let permuted = |x: &Vec<Vec<f64>>| {
        MEMORY.with_borrow_mut(|(counts, scratch)| {
            target.counts_with(&[&x[0]], counts, scratch);
            value(counts, &psi, false)
        })
    };
    data.permuted.par_iter().map(permuted).sum::<f64>() / 100.0
}

fn value(counts: &Counts, psi: &[f64], mutual: bool) -> f64 {
    let n = counts.xz.len();
    let term = |i: usize| {
        let z = if mutual { psi[n] } else { psi[counts.z[i] as usize + 1] };
        psi[counts.xz[i] as usize + 1] + psi[counts.yz[i] as usize + 1] - z
    };
    psi[SPEC.k] - (0..n).map(term).sum::<f64>() / n as f64
}

/// The digamma function of 0 (unused), 1, …, n.
fn digammas(n: usize) -> Vec<f64> {
    let mut psi = vec![f64::NAN, -0.577_215_664_901_532_9];
    for m in 1..n {
        psi.push(psi[m] + 1.0 / m as f64);
    }
    psi
}
