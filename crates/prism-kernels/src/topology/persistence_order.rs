//! Classes in order.

use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// Merges runs of sorted classes of every image in pairs: by dimension, birth, death, birth pixel, death pixel.
///
/// `first [c]` holds where the classes of each of c − 1 images begin, and the last end; `dim, birth, death, birth_pixel, death_pixel [p]` are
/// sorted in runs of `run` from there on → the same in runs of 2·`run`, `…_after [p]`. No two classes of an image may be
/// equal. O(p·log run), no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = p,
    block = [256, 128, 512, 1024],
    requires(p < 2_147_483_648, c >= 2, run >= 1),
    check(c = [2, 4, 41], p = [0, 1, 2, 31, 33, 257, 1000], run = [1, 2, 16, 512, 1024]),
    bench(c = 2, p = 4_194_304, run = 65_536),
    inputs = runs,
)]
pub fn persistence_order(
    #[shape(c)] first: &[i64],
    #[shape(p)] dim: &[i32],
    #[shape(p)] birth: &[f32],
    #[shape(p)] death: &[f32],
    #[shape(p)] birth_pixel: &[i64],
    #[shape(p)] death_pixel: &[i64],
    #[shape(p)] dim_after: &mut [i32],
    #[shape(p)] birth_after: &mut [f32],
    #[shape(p)] death_after: &mut [f32],
    #[shape(p)] birth_pixel_after: &mut [i64],
    #[shape(p)] death_pixel_after: &mut [i64],
    run: u64,
) {
    let mut order: Vec<usize> = (0..p).collect();
    for image in 0..c - 1 {
        let classes = &mut order[first[image] as usize..first[image + 1] as usize];
        for runs in classes.chunks_mut(2 * run as usize) {
            runs.sort_by(|&i, &j| {
                let numbers = birth[i].total_cmp(&birth[j]).then(death[i].total_cmp(&death[j]));
                let pixels = birth_pixel[i].cmp(&birth_pixel[j]).then(death_pixel[i].cmp(&death_pixel[j]));
                dim[i].cmp(&dim[j]).then(numbers).then(pixels)
            });
        }
    }
    for (to, &from) in order.iter().enumerate() {
        dim_after[to] = dim[from];
        (birth_after[to], death_after[to]) = (birth[from], death[from]);
        (birth_pixel_after[to], death_pixel_after[to]) = (birth_pixel[from], death_pixel[from]);
    }
}

/// Images of different numbers of classes, some of none; births and deaths with ties and infinities, pixels without.
fn runs(case: &mut Case) {
    let [c, p, run] = ["c", "p", "run"].map(|name| case.quantity(name) as usize);
    let b = c - 1;
    let first: Vec<i64> = (0..=b).map(|image| (image * image * p / (b * b)) as i64).collect();
    let mut classes: Vec<(i32, f32, f32, i64, i64)> = (0..p as i64)
        .map(|i| {
            let mixed = i * 7919 % 1009;
            let birth = [f32::NEG_INFINITY, -1.5, 0.0, 2.0][mixed as usize % 4];
            let death = [f32::INFINITY, 3.0, 4.5][mixed as usize / 4 % 3];
            ((mixed / 12 % 2) as i32, birth, death, mixed / 24 % 5, i)
        })
        .collect();
    for image in 0..b {
        let own = &mut classes[first[image] as usize..first[image + 1] as usize];
        own.chunks_mut(run).for_each(|run| run.sort_by(|a, b| a.partial_cmp(b).expect("no NaN")));
    }
    for (name, value) in &mut case.values {
        match (*name, value) {
            ("first", Value::I64(_, to)) => to.clone_from(&first),
            ("dim", Value::I32(_, to)) => *to = classes.iter().map(|c| c.0).collect(),
            ("birth", Value::F32(_, to)) => *to = classes.iter().map(|c| c.1).collect(),
            ("death", Value::F32(_, to)) => *to = classes.iter().map(|c| c.2).collect(),
            ("birth_pixel", Value::I64(_, to)) => *to = classes.iter().map(|c| c.3).collect(),
            ("death_pixel", Value::I64(_, to)) => *to = classes.iter().map(|c| c.4).collect(),
            _ => {}
        }
    }
}
