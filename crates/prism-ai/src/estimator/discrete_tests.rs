use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;

use super::super::draws::{draws, levels};
use super::*;

/// a in 0..4, b that follows a two times in five, c in 0..3; 300 samples.
fn coupled() -> [Vec<f64>; 3] {
    let (a, e, c) = (levels(11, 300, 4), levels(12, 300, 5), levels(13, 300, 3));
    let b = (0..300).map(|t| if e[t] < 2.0 { a[t] } else { (e[t] + c[t]) % 5.0 }).collect();
    [a, b, c]
}

#[test]
fn entropies_agree_with_scipy() {
    // scipy.stats.entropy of np.unique(..., return_counts=True)
    let [a, _, c] = &coupled();
    assert_relative_eq!(entropy(&[a], Correction::None).unwrap(), 1.383_497_893_385_436, max_relative = 1e-14);
    assert_relative_eq!(entropy(&[a, c], Correction::None).unwrap(), 2.470_017_972_485_848, max_relative = 1e-14);
    // + (4 − 1)/(2·300)
    assert_relative_eq!(entropy(&[a], Correction::MillerMadow).unwrap(), 1.388_497_893_385_436, max_relative = 1e-14);
}

#[test]
fn mutual_information_agrees_with_sklearn() {
    // sklearn.metrics.mutual_info_score(a, b); corrected by (4 + 5 − 19 − 1)/(2·300)
    let [a, b, _] = &coupled();
    let mi = |correction| conditional_mutual_information(&[a], &[b], &[], correction).unwrap();
    assert_relative_eq!(mi(Correction::None), 0.301_282_243_974_409_17, max_relative = 1e-13);
    assert_relative_eq!(mi(Correction::MillerMadow), 0.282_948_910_641_075_86, max_relative = 1e-13);
}

#[test]
fn conditional_mutual_information_agrees_with_scipy() {
    // H(a,c) + H(b,c) − H(c) − H(a,b,c) by scipy.stats.entropy, then with numpy.unique's numbers of states
    let [a, b, c] = &coupled();
    let cmi = |correction| conditional_mutual_information(&[a], &[b], &[c], correction).unwrap();
    assert_relative_eq!(cmi(Correction::None), 0.523_103_596_183_380_8, max_relative = 1e-13);
    assert_relative_eq!(cmi(Correction::MillerMadow), 0.501_436_929_516_714, max_relative = 1e-13);
    let local = discrete_local(&[a], &[b], &[c]).unwrap();
    assert_relative_eq!(local.iter().sum::<f64>() / 300.0, cmi(Correction::None), max_relative = 1e-13);
}

#[test]
fn transfer_entropy_of_a_markov_pair() {
    // y repeats the last x, flipped one time in ten: TE = ln 2 − H(1/10) = 0.36806; scipy.stats.entropy of these
    // 20000 samples gives 0.366518 there and 2.2e-5 back.
    let n = 20_000;
    let r = draws(3, 2 * n);
    let x: Vec<f64> = r[..n].iter().map(|&u| f64::from(u < 0.5)).collect();
    let y: Vec<f64> = (0..n).map(|t| if t > 0 && (r[n + t] < 0.1) != (x[t - 1] > 0.5) { 1.0 } else { 0.0 }).collect();
    let te = |s: &[f64], d: &[f64]| {
        let (past, present) = (&d[..n - 1], &d[1..]);
        conditional_mutual_information(&[&s[..n - 1]], &[present], &[past], Correction::None).unwrap()
    };
    assert_relative_eq!(te(&x, &y), 0.366_518_371_713_466_13, max_relative = 1e-11);
    assert_abs_diff_eq!(te(&y, &x), 2.221_994_590_900_777_7e-5, epsilon = 1e-13);
}

#[test]
fn a_copy_has_all_the_information_and_exclusive_or_only_jointly() {
    let (a, b) = (levels(5, 512, 2), levels(6, 512, 2));
    let xor: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (a + b) % 2.0).collect();
    let h = entropy(&[&a], Correction::None).unwrap();
    assert_eq!(conditional_mutual_information(&[&a], &[&a], &[], Correction::None).unwrap().to_bits(), h.to_bits());
    let h_given_b = entropy(&[&a, &b], Correction::None).unwrap() - entropy(&[&b], Correction::None).unwrap();
    let joint = conditional_mutual_information(&[&a], &[&xor], &[&b], Correction::None).unwrap();
    assert_relative_eq!(joint, h_given_b, max_relative = 1e-12);
}

#[test]
fn huge_states_cost_nothing_and_minus_zero_is_zero() {
    let wide = [1e300, -1e300, 9e15, 1e300];
    assert_eq!(States::of(&[&wide, &wide, &wide]).unwrap().codes(), [0, 1, 2, 0]);
    assert_eq!(States::of(&[&[0.0, -0.0]]).unwrap().distinct(), 1);
}

#[test]
fn the_first_value_that_is_no_integer_is_named() {
    for (bad, says) in [(0.5, "is 0.5"), (f64::NAN, "is NaN"), (f64::INFINITY, "is inf")] {
        let error = entropy(&[&[1.0, 2.0, 3.0], &[1.0, bad, 0.25]], Correction::None).unwrap_err().to_string();
        assert!(error.contains("sample 1 of column 1 (both from 0)") && error.contains(says), "{error}");
    }
}

#[test]
fn unequal_lengths_are_an_error_and_nothing_holds_nothing() {
    assert!(conditional_mutual_information(&[&[1.0]], &[&[1.0, 2.0]], &[], Correction::None).is_err());
    assert!(entropy(&[&[1.0], &[1.0, 2.0]], Correction::None).is_err());
    for correction in [Correction::None, Correction::MillerMadow] {
        assert_eq!(entropy(&[], correction).unwrap().to_bits(), 0.0_f64.to_bits());
        assert_eq!(entropy(&[&[]], correction).unwrap().to_bits(), 0.0_f64.to_bits());
        assert_eq!(entropy(&[&[3.0; 9]], correction).unwrap().to_bits(), 0.0_f64.to_bits());
    }
}

#[test]
fn one_target_serves_permuted_sources() {
    let [a, b, c] = &coupled();
    let order: Vec<u32> = (0..300).map(|t| (t * 7 + 11) % 300).collect();
    let target = DiscreteTarget::new(&States::of(&[b]).unwrap(), States::of(&[c]).unwrap());
    let shuffled: Vec<f64> = order.iter().map(|&t| a[t as usize]).collect();
    let source = States::of(&[a]).unwrap().permuted(&order);
    let alone = conditional_mutual_information(&[&shuffled], &[b], &[c], Correction::MillerMadow).unwrap();
    assert_eq!(target.information(&source, Correction::MillerMadow).to_bits(), alone.to_bits());
}

fn states(most: u32) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((0..most).prop_map(f64::from), 50)
}

proptest! {
    #[test]
    fn symmetric_and_never_negative(x in states(3), y in states(40), z in states(2)) {
        let there = conditional_mutual_information(&[&x], &[&y], &[&z], Correction::None).unwrap();
        let back = conditional_mutual_information(&[&y], &[&x], &[&z], Correction::None).unwrap();
        prop_assert_eq!(there.to_bits(), back.to_bits());
        prop_assert!(there > -1e-13);
    }

    #[test]
    fn chain_rule(x in states(3), y in states(4), w in states(2), z in states(3), corrected: bool) {
        let correction = if corrected { Correction::MillerMadow } else { Correction::None };
        let i = |y: &[&[f64]], z: &[&[f64]]| conditional_mutual_information(&[&x], y, z, correction).unwrap();
        assert_abs_diff_eq!(i(&[&y, &w], &[&z]), i(&[&y], &[&z]) + i(&[&w], &[&z, &y]), epsilon = 1e-13);
    }

    #[test]
    fn names_of_states_do_not_matter(x in states(4), y in states(3), scale in 1_i32..1_000_000) {
        let renamed: Vec<f64> = x.iter().map(|v| f64::from(scale) * (7.0 - v)).collect();
        let i = |x: &[f64]| conditional_mutual_information(&[x], &[&y], &[], Correction::None).unwrap();
        prop_assert_eq!(i(&x).to_bits(), i(&renamed).to_bits());
    }

    #[test]
    fn dense_and_hashed_joints_agree(x in states(6), y in states(60)) {
        let (x, y) = (States::of(&[&x]).unwrap(), States::of(&[&y]).unwrap());
        let pairs = x.codes().iter().zip(y.codes()).map(|(&a, &b)| u64::from(a) << 32 | u64::from(b));
        prop_assert_eq!(x.with(&y), States::numbered(pairs));
    }
}
