use approx::assert_relative_eq;
use proptest::prelude::*;

use super::super::draws::draws;
use super::*;

/// 400 draws in [−3, 4) in which every tenth value is on an edge of eight bins.
fn with_edges() -> Vec<f64> {
    let mut g: Vec<f64> = draws(19, 400).into_iter().map(|u| u * 7.0 - 3.0).collect();
    let lo = g.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = g.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for i in 0..40 {
        g[10 * i] = if i % 9 == 8 { hi } else { (i % 9) as f64 * ((hi - lo) / 8.0) + lo };
    }
    g
}

fn histogram(column: &[f64], bins: usize) -> Vec<u32> {
    let mut counts = vec![0; bins];
    bin(column, bins).unwrap().iter().for_each(|&k| counts[k as usize] += 1);
    counts
}

#[test]
fn values_on_and_beside_the_edges_fall_as_in_numpy() {
    // np.histogram([t], bins, range=(0, 1)) of each value by itself, numpy 2.
    let values = [0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.799_999_999_999_999_9, 0.8, 0.9, 1.0, 0.05, 0.300_000_000_000_000_04];
    assert_eq!(bin(&values, 10).unwrap(), NUMPY_10);
    assert_eq!(bin(&values, 7).unwrap(), NUMPY_7);
    assert_eq!(bin(&values, 3).unwrap(), NUMPY_3);
}

const NUMPY_10: [u32; 12] = [0, 1, 2, 2, 5, 6, 7, 8, 9, 9, 0, 3];
const NUMPY_7: [u32; 12] = [0, 0, 1, 2, 4, 4, 5, 5, 6, 6, 0, 2];
const NUMPY_3: [u32; 12] = [0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 0, 0];

#[test]
fn counts_agree_with_numpy_histogram() {
    let g = with_edges();
    assert_eq!(histogram(&g, 8), [50, 54, 57, 53, 41, 47, 46, 52]);
    assert_eq!(histogram(&g, 10), [40, 44, 49, 40, 41, 33, 40, 35, 38, 40]);
    assert_eq!(histogram(&g, 13), [29, 37, 33, 37, 34, 30, 34, 18, 34, 27, 28, 27, 32]);
}

#[test]
fn mutual_information_is_that_of_the_two_dimensional_histogram() {
    // sklearn.metrics.mutual_info_score(None, None, contingency=np.histogram2d(g, k, bins=6)[0])
    let (g, k) = (with_edges(), draws(23, 400));
    let i = conditional_mutual_information(&[&g], &[&k], &[], 6, Correction::None).unwrap();
    assert_relative_eq!(i, 0.044_090_505_234_234_86, max_relative = 1e-13);
    let local = binned_local(&[&g], &[&k], &[], 6).unwrap();
    assert_relative_eq!(local.iter().sum::<f64>() / 400.0, i, max_relative = 1e-13);
    assert_eq!(states(&[&g, &k], 6).unwrap().distinct(), 36);
}

#[test]
fn a_constant_column_is_one_state() {
    for value in [0.0, -5.0, 0.1, 1e300] {
        let cut = bin(&[value; 4], 10).unwrap();
        assert!(cut.iter().all(|&k| k == cut[0] && k < 10), "{cut:?}");
    }
}

#[test]
fn no_bins_and_no_range_are_errors() {
    assert!(bin(&[1.0, 2.0], 0).unwrap_err().to_string().contains("--bins"));
    assert!(bin(&[1.0, f64::NAN], 4).is_err());
    assert!(bin(&[-f64::MAX, f64::MAX], 4).is_err());
    assert!(bin(&[], 4).unwrap().is_empty());
}

proptest! {
    #[test]
    fn every_value_lies_between_its_edges(
        column in prop::collection::vec(prop_oneof![-1e3..1e3, Just(0.0), Just(1e-320), -1e-300..1e-300], 2..60),
        bins in 1_usize..40,
    ) {
        let edges = Edges::of(&column, bins).unwrap();
        for (&v, k) in column.iter().zip(bin(&column, bins).unwrap()) {
            let k = k as usize;
            prop_assert!(k < bins);
            prop_assert!(edges.edge(k) <= v);
            prop_assert!(v < edges.edge(k + 1) || (k + 1 == bins && v <= edges.hi));
        }
    }
}
