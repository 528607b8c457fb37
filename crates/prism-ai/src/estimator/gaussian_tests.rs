use approx::assert_relative_eq;
use proptest::prelude::*;

use super::super::draws::draws;
use super::*;

/// Three columns of ±1 that are centred and orthogonal: any covariance of their sums is known exactly.
const ORTHOGONAL: [[f64; 8]; 3] = [
    [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0],
    [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0],
    [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0],
];

fn mixed(a: f64, b: f64, c: f64, offset: f64) -> Vec<f64> {
    let [h, i, j] = ORTHOGONAL;
    (0..8).map(|t| offset + a * h[t] + b * i[t] + c * j[t]).collect()
}

/// z1, z2, y, x1, x2, linearly coupled, 64 samples.
fn coupled() -> [Vec<f64>; 5] {
    let u = draws(7, 320);
    let u = |c: usize, t: usize| u[64 * c + t];
    let z1: Vec<f64> = (0..64).map(|t| u(0, t)).collect();
    let z2: Vec<f64> = (0..64).map(|t| u(1, t) + 0.5 * z1[t]).collect();
    let y: Vec<f64> = (0..64).map(|t| u(2, t) - z2[t]).collect();
    let x1: Vec<f64> = (0..64).map(|t| u(3, t) + 0.7 * y[t] + 0.2 * z1[t]).collect();
    let x2: Vec<f64> = (0..64).map(|t| u(4, t) - 0.3 * y[t] + 0.5 * x1[t]).collect();
    [z1, z2, y, x1, x2]
}

#[test]
fn known_covariance_gives_the_closed_form() {
    // y = a·x + b·z + c·noise with orthogonal x, z, noise: I(X;Y|Z) = ½ ln(1 + a²/c²), whatever b.
    for (a, c) in [(0.5, 1.0), (3.0, 0.25), (1.0, 1e-6), (1e-8, 1.0), (0.0, 2.0)] {
        let (x, z, y) = (mixed(1.0, 0.0, 0.0, 0.0), mixed(0.0, 1.0, 0.0, 0.0), mixed(a, 7.0, c, 0.0));
        let i = conditional_mutual_information(&[&x], &[&y], &[&z]).unwrap();
        assert_relative_eq!(i, 0.5 * (a * a / (c * c)).ln_1p(), epsilon = 1e-15, max_relative = 1e-9);
    }
}

#[test]
fn mutual_information_is_that_of_the_correlation() {
    // corr(x, x + h) = 1/√2, so I = −½ ln(1 − ½) = ½ ln 2.
    let i = conditional_mutual_information(&[&mixed(1.0, 0.0, 0.0, 0.0)], &[&mixed(1.0, 1.0, 0.0, 0.0)], &[]);
    assert_relative_eq!(i.unwrap(), 0.5 * 2.0_f64.ln(), max_relative = 1e-15);
}

#[test]
fn large_offsets_and_extreme_scales_change_nothing() {
    let z = mixed(0.0, 1.0, 0.0, 1e6);
    for scale in [1e-300, 1e-9, 1.0, 1e150, 1e300] {
        let x: Vec<f64> = mixed(1.0, 0.5, 0.0, 0.0).iter().map(|v| v * scale).collect();
        let i = conditional_mutual_information(&[&x], &[&mixed(2.0, 1.0, 1.0, -1e6)], &[&z]).unwrap();
        assert_relative_eq!(i, 0.5 * 5.0_f64.ln(), max_relative = 1e-9);
    }
}

#[test]
fn vectors_agree_with_numpy_determinants() {
    // numpy: 0.5*(ld(x1,x2,z1,z2) + ld(y,z1,z2) - ld(z1,z2) - ld(x1,x2,y,z1,z2)), ld = slogdet of np.cov.
    let [z1, z2, y, x1, x2] = &coupled();
    let i = conditional_mutual_information(&[x1, x2], &[y], &[z1, z2]).unwrap();
    assert_relative_eq!(i, 0.208_831_325_887_161_7, max_relative = 1e-12);
    let mi = conditional_mutual_information(&[x1, x2], &[y], &[]).unwrap();
    assert_relative_eq!(mi, 0.362_319_541_778_164_83, max_relative = 1e-12);
}

#[test]
fn local_values_agree_with_scipy_densities() {
    // scipy.stats.multivariate_normal with np.cov(bias=True): lp(xyz) + lp(z) - lp(xz) - lp(yz), samples 0, 1, 63.
    let [z1, z2, y, x1, x2] = &coupled();
    let local = gaussian_local(&[x1, x2], &[y], &[z1, z2]).unwrap();
    assert_relative_eq!(local[0], 0.202_363_814_178_071_92, max_relative = 1e-11);
    assert_relative_eq!(local[1], 0.389_900_103_471_180_2, max_relative = 1e-11);
    assert_relative_eq!(local[63], -0.018_509_993_160_988_78, max_relative = 1e-10);
    assert_relative_eq!(local.iter().sum::<f64>() / 64.0, 0.208_831_325_887_161_7, max_relative = 1e-12);
}

#[test]
fn one_target_serves_many_sources() {
    let [z1, z2, y, x1, x2] = &coupled();
    let target = GaussianTarget::new(&[y], &[z1, z2]).unwrap();
    for x in [x1, x2] {
        let alone = conditional_mutual_information(&[x], &[y], &[z1, z2]).unwrap();
        assert_eq!(target.information(&[x]).unwrap().to_bits(), alone.to_bits());
    }
    assert_eq!(target.information(&[]).unwrap().to_bits(), 0.0_f64.to_bits());
}

#[test]
fn dependent_columns_are_named() {
    let [z1, z2, y, x1, _] = &coupled();
    let sum: Vec<f64> = z1.iter().zip(z2).map(|(a, b)| 3.0 * a - b + 100.0).collect();
    let constant = vec![0.1; 64];
    let says =
        |x: &[&[f64]], y: &[&[f64]], z: &[&[f64]]| conditional_mutual_information(x, y, z).unwrap_err().to_string();
    let error = says(&[x1, &sum], &[y], &[z1, z2]);
    assert!(error.starts_with("column 2 of x is constant or a linear combination"), "{error}");
    assert!(says(&[x1], &[y], &[z1, z2, &sum]).starts_with("column 3 of z "));
    assert!(says(&[x1], &[&constant], &[]).starts_with("column 1 of y "));
    assert!(says(&[y], &[y], &[z1]).contains("linearly dependent"));
}

#[test]
fn too_few_samples_and_unequal_lengths_are_errors() {
    let [z1, z2, y, x1, _] = &coupled();
    assert!(conditional_mutual_information(&[&x1[..3]], &[&y[..3]], &[&z1[..3], &z2[..3]]).is_err());
    assert!(conditional_mutual_information(&[&x1[..9]], &[y], &[z1]).is_err());
    assert!(conditional_mutual_information(&[x1], &[y], &[&z1[..9]]).is_err());
    assert!(conditional_mutual_information(&[x1], &[], &[z1]).is_err());
}

fn independent_enough() -> impl Strategy<Value = [Vec<f64>; 4]> {
    any::<u64>().prop_map(|seed| {
        let u = draws(seed, 160);
        [0, 1, 2, 3].map(|c: usize| (0..40).map(|t| u[40 * c + t] + 0.4 * u[40 * (c / 2) + t]).collect())
    })
}

proptest! {
    #[test]
    fn symmetric_in_x_and_y([x, y, z, _] in independent_enough()) {
        let there = conditional_mutual_information(&[&x], &[&y], &[&z]).unwrap();
        let back = conditional_mutual_information(&[&y], &[&x], &[&z]).unwrap();
        assert_relative_eq!(there, back, epsilon = 1e-13);
        assert!(there >= -1e-15);
    }

    #[test]
    fn chain_rule([x, y, w, z] in independent_enough()) {
        let both = conditional_mutual_information(&[&x], &[&y, &w], &[&z]).unwrap();
        let first = conditional_mutual_information(&[&x], &[&y], &[&z]).unwrap();
        let then = conditional_mutual_information(&[&x], &[&w], &[&z, &y]).unwrap();
        assert_relative_eq!(both, first + then, epsilon = 1e-13);
    }

    #[test]
    fn unmoved_by_scale_and_offset([x, y, z, _] in independent_enough(), a in 1e-3..1e3, b in -1e3..1e3) {
        let moved: Vec<f64> = x.iter().map(|v| b - a * v).collect();
        let as_is = conditional_mutual_information(&[&x], &[&y], &[&z]).unwrap();
        assert_relative_eq!(conditional_mutual_information(&[&moved], &[&y], &[&z]).unwrap(), as_is, epsilon = 1e-8);
    }
}
