//! What is said of all classes together.

use crate::rows::sum;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};

/// How many classes of an image and a dimension die, and the total, longest, mean and entropy of their persistences.
///
/// `first [b + 1]` holds where the classes of each image begin; `dim, birth, death, death_pixel [p]`, the last negative for
/// a class that lives for ever and is left out → `count, total, longest, mean, entropy [b, 2]`, the last
/// −Σ (l/L)·ln(l/L) in nats, l the persistence death − birth, L their sum (Chintakunta et al. 2015). Of no classes they are
/// 0, 0, −∞, NaN and 0. O(p), read twice.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * 2 * 512,
    block = [512],
    check(b = [0, 1, 3, 40], p = [0, 1, 2, 31, 33, 257, 1000, 5000]),
    bench(b = 1, p = 300_000),
    bench(b = 1_000, p = 20_000_000),
    inputs = classes,
    tolerance = Sum(p),
)]
pub fn persistence_statistics(
    #[shape(b + 1)] first: &[i64],
    #[shape(p)] dim: &[i32],
    #[shape(p)] birth: &[f32],
    #[shape(p)] death: &[f32],
    #[shape(p)] death_pixel: &[i64],
    #[shape(b, 2)] count: &mut [u32],
    #[shape(b, 2)] total: &mut [f64],
    #[shape(b, 2)] longest: &mut [f64],
    #[shape(b, 2)] mean: &mut [f64],
    #[shape(b, 2)] entropy: &mut [f64],
) {
    for at in 0..2 * b {
        let own = first[at / 2] as usize..first[at / 2 + 1] as usize;
        let dying = own.filter(|&i| dim[i] as usize == at % 2 && death_pixel[i] >= 0);
        let lives: Vec<f64> = dying.map(|i| f64::from(death[i]) - f64::from(birth[i])).collect();
        count[at] = lives.len() as u32;
        total[at] = sum(lives.iter().copied());
        longest[at] = lives.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        mean[at] = total[at] / lives.len() as f64;
        let shares = lives.iter().map(|l| l / total[at]).filter(|&share| share != 0.0);
        entropy[at] = sum(shares.map(|share| -share * share.ln()));
    }
}

/// Images of different numbers of classes, some of none; of three images the second has an infinite persistence.
fn classes(case: &mut Case) {
    let [b, p] = ["b", "p"].map(|name| case.quantity(name) as usize);
    let starts: Vec<i64> = (0..=b).map(|image| (image * image * p / (b * b).max(1)) as i64).collect();
    for (name, value) in &mut case.values {
        match (*name, value) {
            ("first", Value::I64(_, to)) => to.clone_from(&starts),
            ("dim", Value::I32(_, to)) => to.iter_mut().for_each(|d| *d &= 1),
            ("birth", Value::F32(_, to)) => to.iter_mut().for_each(|x| *x = -x.abs()),
            ("death", Value::F32(_, to)) => to.iter_mut().for_each(|x| *x = x.abs() + 0.01),
            ("death_pixel", Value::I64(_, to)) => to.iter_mut().for_each(|x| *x = *x % 100 - 3),
            _ => {}
        }
    }
    if let (3, Value::F32(_, death)) = (b, case.value("death")) {
        death.iter_mut().skip(p / 9).take(3).for_each(|x| *x = f32::INFINITY);
    }
}

#[cfg(test)]
mod tests {
    use super::persistence_statistics_reference;
    use approx::assert_relative_eq;

    /// By `NumPy` 2.4.6, of persistences 3, 1 and 4 in one dimension, none in the other.
    #[test]
    fn three_classes_and_none() {
        let (dim, birth, death) = ([0, 0, 0, 0], [0.0, -1.0, -5.0, -9.0], [3.0, 0.0, -1.0, f32::INFINITY]);
        let (mut count, mut total, mut longest) = ([9; 2], [9.0; 2], [9.0; 2]);
        let (mut mean, mut entropy) = ([9.0; 2], [9.0; 2]);
        persistence_statistics_reference(
            &[0, 4],
            &dim,
            &birth,
            &death,
            &[1, 2, 3, -1],
            &mut count,
            &mut total,
            &mut longest,
            &mut mean,
            &mut entropy,
            4,
            1,
        );
        assert_eq!((count, total), ([3, 0], [8.0, 0.0]));
        assert_eq!((longest, entropy[1]), ([4.0, f64::NEG_INFINITY], 0.0));
        assert!(mean[1].is_nan());
        assert_relative_eq!(mean[0], 8.0 / 3.0, max_relative = 1e-15);
        assert_relative_eq!(entropy[0], 0.974_314_752_869_349_4, max_relative = 1e-14);
    }
}
