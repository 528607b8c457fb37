//! Mutual information of two discrete variables from their joint table.

use super::plain::{margins, nats, prepare_rows, sum, wide};
use crate::rows::packs;
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::Case;

/// Mutual information H(X) + H(Y) − H(X, Y) of every joint table, in units of the logarithm to `base`.
///
/// `joint [r, a, b]` → `information [r]`, not clipped at 0. With `normalize_input` = 1 a table is divided by its sum,
/// with 0 it is taken as it is. With `correction` = 1 (Miller–Madow, for counts, which are to be normalised)
/// (m(X) + m(Y) − m(X, Y) − 1)/2N nats are added, m the cells that are not empty, N the table's sum. NaN for a table with a
/// negative cell or with sum 0. Cover & Thomas 2006; equals
/// `sklearn.metrics.mutual_info_score(None, None, contingency=joint)`. Doubles throughout. O(r·a·b), read four times,
/// three times from the caches; no scratch.
#[kernel(
    operation,
    default(base = 2.718281828459045, normalize_input = true),
    choices(normalize_input = [false, true], correction = [none, miller_madow]),
    threads = if a * b > 4096 { r * 512 } else { packs(r, a * b, 1) },
    block = [512],
    requires(normalize_input <= 1, correction <= normalize_input),
    types(f32, f64, u32),
    check(
        r = [0, 1, 17],
        a = [0, 1, 2, 31, 257],
        b = [0, 1, 2, 33, 1000],
        base = [2],
        normalize_input = [0, 1],
        correction = [0, 1],
    ),
    bench(r = 65_536, a = 16, b = 16, base = 2, normalize_input = 1, correction = 0),
    bench(r = 64, a = 512, b = 512, base = 2, normalize_input = 1, correction = 0),
    inputs = tables,
    tolerance = Sum(a * b, marginal_entropies),
)]
pub fn mutual_information<T: Element + Into<f64>>(
    #[shape(r.., a, b)] joint: &[T],
    #[shape(r..)] information: &mut [f64],
    /// The base of the logarithm, greater than 0: e for nats, 2 for bits.
    #[domain(super::BASE)]
    base: f64,
    /// Whether a table is divided by its sum.
    normalize_input: u32,
    /// What is added for the bias of a finite number of counts.
    correction: u32,
) {
    for row in 0..r {
        let table = wide(&joint[row * a * b..(row + 1) * a * b]);
        let (x, y) = margins(&table, a, b);
        let entropy = |cells: &[f64]| nats(cells, normalize_input == 1);
        let filled = |cells: &[f64]| cells.iter().filter(|&&c| c > 0.0).count() as f64;
        let mut nats = entropy(&x) + entropy(&y) - entropy(&table);
        if correction == 1 {
            nats += (filled(&x) + filled(&y) - filled(&table) - 1.0) / (2.0 * sum(x.iter().copied()));
        }
        information[row] = nats / base.ln();
    }
}

pub(super) fn tables(case: &mut Case) {
    let cells = case.quantity("a") * case.quantity("b");
    prepare_rows(case, "joint", cells);
    if case.quantity("normalize_input") == 0 {
        case.change("joint", |p| p.iter_mut().for_each(|p| *p /= 64.0 * cells as f64));
    }
}

/// H(X) + H(Y): what the terms of the sum amount to.
pub(super) fn marginal_entropies(case: &Case) -> Vec<f64> {
    let (a, b) = (case.quantity("a") as usize, case.quantity("b") as usize);
    let (base, normalize) = (case.quantity("base") as f64, case.quantity("normalize_input") == 1);
    let joint = case.doubles("joint");
    let of = |row: usize| {
        let (x, y) = margins(&joint[row * a * b..(row + 1) * a * b], a, b);
        (nats(&x, normalize).abs() + nats(&y, normalize).abs()) / base.ln()
    };
    (0..case.quantity("r") as usize).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::mutual_information;
    use approx::assert_abs_diff_eq;
    use prism_device::Device;

    fn call(joint: &[f64], shape: &[usize; 3], normalize_input: u32, correction: u32) -> Vec<f64> {
        let device = Device::cpu();
        let joint = device.upload(joint, shape).unwrap();
        let mut out = device.zeros(&[shape[0]]).unwrap();
        mutual_information(&joint, &mut out, std::f64::consts::E, normalize_input, correction).unwrap();
        out.download().unwrap()
    }

    /// Plain: `sklearn.metrics.mutual_info_score(None, None, contingency=t)`, scikit-learn 1.9.1. Corrected:
    /// `infomeasure.mutual_information(x, y, approach="miller_madow")` of data with those counts, infomeasure 0.6.3.
    #[test]
    fn equals_scikit_learn_and_infomeasure() {
        let known: [(&[f64], [usize; 3], f64, f64); 4] = [
            (&[10.0, 2.0, 3.0, 1.0, 12.0, 4.0], [1, 2, 3], 0.257_662_086_384_993_1, 0.226_412_086_384_993_1),
            (&[5.0, 0.0, 0.0, 7.0], [1, 2, 2], 0.679_193_265_991_525_9, 0.720_859_932_658_192_5),
            (&[1.0, 2.0, 2.0, 4.0], [1, 2, 2], 0.0, -0.055_555_555_555_555_22),
            (
                &[0.0, 3.0, 1.0, 2.0, 0.0, 0.0, 1.0, 1.0, 9.0],
                [1, 3, 3],
                0.438_034_954_429_411_26,
                0.408_623_189_723_528_9,
            ),
        ];
        for (table, shape, plain, corrected) in known {
            assert_abs_diff_eq!(call(table, &shape, 1, 0)[0], plain, epsilon = 1e-15);
            assert_abs_diff_eq!(call(table, &shape, 1, 1)[0], corrected, epsilon = 1e-15);
            let p: Vec<f64> = table.iter().map(|c| c / table.iter().sum::<f64>()).collect();
            assert_abs_diff_eq!(call(&p, &shape, 0, 0)[0], plain, epsilon = 1e-15);
        }
    }

    #[test]
    fn bad_tables_are_nan_and_one_filled_cell_is_zero() {
        let mi = call(&[0.0, 0.0, 1.0, -1.0, f64::NAN, 2.0, 0.0, 6.0], &[4, 1, 2], 1, 1);
        assert!(mi[..3].iter().all(|mi| mi.is_nan()), "{mi:?}");
        assert_abs_diff_eq!(mi[3], 0.0);
    }
}
