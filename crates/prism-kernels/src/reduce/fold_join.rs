//! What folds have left, folded.

use super::plain::{Outputs, State, tolerated};
use super::reduction::{Reduction, pairs, places, values};
use prism_derive::kernel;
use prism_device::conformance::Case;
use prism_device::{Dtype, Float};

/// What folds as `how` says have left, folded in turn, `how` as in [`fold_rows`](super::fold_rows).
///
/// `states [o, n, i, 2]` of [`fold_rows`](super::fold_rows), [`fold_columns`](super::fold_columns) or this → with `ends` = 1
/// `y [o · i]`, or for a place `index [o · i]`; else `joined [o · i, 2]`. A result is of `count` elements in all; `group`
/// threads, 1, 8, 32 or 256, make it. O(o·n·i), read once, in double precision.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = o * i * group,
    block = [256],
    wide(o, n, i),
    requires(how <= 10, ends <= 1, group == 1 || group == 8 || group == 32 || group == 256),
    types(f16, bf16, f32, f64),
    specialise(how = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    check(
        group = [1, 8, 32, 256],
        how = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ends = [1, 0],
        count = [1000],
        o = [2],
        n = [0, 33, 300],
        i = [5],
    ),
    bench(o = 1, n = 32, i = 4_096, count = 16_384, how = 0, group = 8, ends = 1),
    bench(o = 1, n = 2_048, i = 1, count = 67_108_864, how = 0, group = 256, ends = 1),
    inputs = left,
    tolerance = Sum(n, magnitude),
)]
pub fn fold_join<T: Float>(
    #[shape(o, n, i, 2)] states: &[f64],
    #[shape(values(how, ends, o * i))] y: &mut [T],
    #[shape(places(how, ends, o * i))] index: &mut [i64],
    #[shape(pairs(ends, o * i), 2)] joined: &mut [f64],
    count: u64,
    how: u32,
    group: u32,
    ends: u32,
) {
    let mut outputs = Outputs { y, index, states: joined };
    for at in 0..o * i {
        let parts = parts_of(states, [n, i], at);
        outputs.put(how, Reduction::of(how).joined(parts.into_iter()), count, at);
    }
}

fn parts_of(states: &[f64], [n, i]: [usize; 2], at: usize) -> Vec<State> {
    let place = |k: usize| 2 * ((at / i * n + k) * i + at % i);
    (0..n).map(|k| [states[place(k)], states[place(k) + 1]]).collect()
}

/// States as folds leave them: sums of exponents are not negative, places whole and each its own; with NaN and an infinity.
fn left(case: &mut Case) {
    let (n, i, how) =
        (case.quantity("n") as usize, case.quantity("i") as usize, Reduction::of(case.quantity("how") as u32));
    case.change("states", |states| {
        for (at, state) in states.chunks_mut(2).enumerate() {
            match how {
                Reduction::LogSumExp => state[1] = state[1].abs(),
                Reduction::L1 | Reduction::L2 | Reduction::SumSquare => (state[0], state[1]) = (state[0].abs(), 0.0),
                Reduction::Product => (state[0], state[1]) = (1.0 + state[0] / 16.0, state[1] * 1e-16),
                _ if how.is_place() => state[1] = (at / i % n * 7) as f64,
                _ => state[1] /= 1e9,
            }
            match at {
                3 => state[usize::from(how == Reduction::LogSumExp)] = f64::NAN,
                9 => state[0] = f64::INFINITY,
                _ => {}
            }
        }
    });
}

fn magnitude(case: &Case) -> Vec<f64> {
    let [o, n, i] = ["o", "n", "i"].map(|name| case.quantity(name) as usize);
    let how = Reduction::of(case.quantity("how") as u32);
    let states = case.doubles("states");
    let of = |at| {
        let parts = parts_of(&states, [n, i], at);
        let sum = parts.iter().map(|s| s[0].abs() + s[1].abs()).sum();
        tolerated(case, how.joined(parts.into_iter()), sum, case.quantity("count"), Dtype::F64)
    };
    (0..o * i).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::fold_join;
    use prism_device::Device;

    #[test]
    fn the_place_of_an_extreme_is_that_of_the_first_part_that_has_it() {
        let device = Device::cpu();
        let states = [[2.0, 9.0], [5.0, 40.0], [5.0, 30.0], [1.0, 3.0]].concat();
        let states = device.upload(&states, &[1, 4, 1, 2]).unwrap();
        let (mut y, mut index) = (device.zeros::<f32>(&[0]).unwrap(), device.zeros(&[1]).unwrap());
        fold_join(&states, &mut y, &mut index, &mut device.zeros(&[0, 2]).unwrap(), 50, 10, 1, 1).unwrap();
        assert_eq!(index.download().unwrap(), [30]);
    }

    #[test]
    fn a_mean_is_over_all_elements_and_not_over_its_parts() {
        let device = Device::cpu();
        let states = device.upload(&[6.0, 0.5, 1.0, 0.0, 3.0, 0.0, 8.0, 0.0], &[1, 2, 2, 2]).unwrap();
        let (mut y, mut index) = (device.zeros::<f32>(&[2]).unwrap(), device.zeros(&[0]).unwrap());
        fold_join(&states, &mut y, &mut index, &mut device.zeros(&[0, 2]).unwrap(), 10, 1, 8, 1).unwrap();
        assert_eq!(y.download().unwrap(), [0.95, 0.9]);
    }
}
