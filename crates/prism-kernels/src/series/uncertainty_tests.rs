//! Propagation of uncertainty against outside values and laws.

use super::{UnscentedSettings, uncertainty_propagation, unscented_propagation};
use approx::assert_relative_eq;
use prism_device::philox::Philox;
use prism_device::{Buffer, Device};

fn buffer(values: &[f64], shape: &[usize]) -> Buffer<f64> {
    Device::cpu().upload(values, shape).unwrap()
}

fn near(got: &Buffer<f64>, expected: &[f64], tolerance: f64) {
    let got = got.download().unwrap();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = tolerance, epsilon = tolerance);
    }
}

fn weights(alpha: f64, kappa: f64) -> UnscentedSettings {
    UnscentedSettings { alpha, beta: 2.0, kappa }
}

const JACOBIAN: [f64; 6] = [1.0, 2.0, 0.5, 0.0, -1.0, 3.0];
const SIGMA: [f64; 9] = [0.5, 0.1, -0.05, 0.1, 0.4, 0.2, -0.05, 0.2, 0.9];

/// `numpy.einsum("ij,jk,lk", J, S, J)`, numpy 2.4.6; `covariance_matrix` and `correlation_matrix` of
/// `correlated_values`, uncertainties 3.2.3.
#[test]
fn the_linear_law_equals_numpy_and_uncertainties() {
    let (j, sigma) = (buffer(&JACOBIAN, &[1, 2, 3]), buffer(&SIGMA, &[1, 3, 3]));
    let out = uncertainty_propagation(&j, &sigma, None, true).unwrap();
    near(&out.covariance, &[3.075, 1.4, 1.4, 7.3], 1e-15);
    near(&out.correlation.unwrap(), &[1.0, 0.295_490_86, 0.295_490_86, 1.0], 1e-8);
    let q = buffer(&[0.25, 0.5, 0.0, 1.0], &[1, 2, 2]);
    let out = uncertainty_propagation(&j, &sigma, Some(&q), false).unwrap();
    near(&out.covariance, &[3.325, 1.65, 1.65, 8.3], 1e-15);
    assert!(out.correlation.is_none());
}

#[test]
fn variances_are_a_covariance_without_correlation() {
    let j: Vec<f64> = (0..2 * 4 * 3).map(|i| Philox::new(1, 0).normal(i)).collect();
    let (j, variances) = (buffer(&j, &[2, 4, 3]), [0.5, 1.0, 2.0, 4.0, 0.0, 0.25]);
    let full: Vec<f64> = (0..18).map(|e| if e / 3 % 3 == e % 3 { variances[e / 9 * 3 + e % 3] } else { 0.0 }).collect();
    let (full, variances) = (buffer(&full, &[2, 3, 3]), buffer(&variances, &[2, 3]));
    let full = uncertainty_propagation(&j, &full, None, false).unwrap().covariance;
    let diagonal = uncertainty_propagation(&j, &variances, None, false).unwrap().covariance;
    near(&diagonal, &full.download().unwrap(), 1e-15);
}

#[test]
fn covariances_are_symmetric_to_the_bit() {
    let normal = |stream, count| -> Vec<f64> { (0..count).map(|i| Philox::new(2, stream).normal(i)).collect() };
    let (j, sigma) = (buffer(&normal(0, 35), &[1, 7, 5]), buffer(&normal(1, 25), &[1, 5, 5]));
    let linear = uncertainty_propagation(&j, &sigma, None, false).unwrap().covariance;
    let (y, q) = (buffer(&normal(2, 77), &[1, 11, 7]), buffer(&normal(3, 49), &[1, 7, 7]));
    let unscented = unscented_propagation(&y, Some(&q), &weights(0.5, 0.0)).unwrap().covariance;
    for covariance in [linear, unscented] {
        let c = covariance.download().unwrap();
        assert!((0..49).all(|e| c[e].to_bits() == c[e % 7 * 7 + e / 7].to_bits()));
    }
}

/// `filterpy.kalman.unscented_transform` of `MerweScaledSigmaPoints(2, 0.5, 2, 1)` under (a·cos b, a·sin b, a·b),
/// filterpy 2.0.0.
#[test]
fn the_unscented_transform_equals_filterpy() {
    let y = [
        [0.877_582_561_890_372_8, 0.479_425_538_604_203, 0.5],
        [1.147_468_338_434_398_7, 0.779_687_810_301_074_3, 0.827_973_750_965_556_3],
        [0.727_466_670_987_785_3, 0.686_143_019_057_943_5, 0.756_173_769_148_99],
        [0.563_575_115_382_224_5, 0.240_388_061_434_899_46, 0.247_026_249_034_443_73],
        [0.970_421_361_742_670_7, 0.241_417_440_698_679_96, 0.243_826_230_851_010_02],
    ];
    let y = buffer(&y.concat(), &[1, 5, 3]);
    let out = unscented_propagation(&y, None, &weights(0.5, 1.0)).unwrap();
    near(&out.mean, &[0.809_983_387_880_764_6, 0.499_381_656_654_726_34, 0.55], 1e-13);
    let [ab, ac, bc] = [0.066_284_619_601_748_02, 0.064_560_054_391_874_22, 0.183_663_079_254_741_5];
    let [a, b, c] = [0.143_058_772_773_755_28, 0.165_147_810_759_900_34, 0.206_25];
    near(&out.covariance, &[a, ab, ac, ab, b, bc, ac, bc, c], 1e-13);
}

/// The usual α = 1e-3 weighs the centre by −10⁶. A linear map keeps mean and covariance: J·Σ·Jᵀ.
#[test]
fn little_is_lost_where_the_points_are_close() {
    let (x, alpha, deviations) = ([1.0, -2.0], 1e-3, [0.5, 2.0]);
    let step = alpha * 2f64.sqrt();
    let image = |a: f64, z: f64| [x[0] + a + 3.0 * (x[1] + z), 2.0 * (x[0] + a) - (x[1] + z)];
    let (a, z) = (step * deviations[0], step * deviations[1]);
    let points = [image(0.0, 0.0), image(a, 0.0), image(0.0, z), image(-a, 0.0), image(0.0, -z)].concat();
    let out = unscented_propagation(&buffer(&points, &[1, 5, 2]), None, &weights(alpha, 0.0)).unwrap();
    near(&out.mean, &[-5.0, 4.0], 1e-9);
    near(&out.covariance, &[0.25 + 9.0 * 4.0, 0.5 - 3.0 * 4.0, 0.5 - 3.0 * 4.0, 1.0 + 4.0], 1e-9);
}

#[test]
fn what_has_no_weights_or_does_not_fit_is_refused() {
    let refused = |points: usize, alpha: f64, kappa: f64| {
        let y = buffer(&vec![0.0; points * 2], &[1, points, 2]);
        unscented_propagation(&y, None, &weights(alpha, kappa)).err().unwrap().to_string()
    };
    let words = "unscented_propagation: needs alpha > 0, n + kappa != 0 and all finite, got";
    assert_eq!(refused(5, 0.0, 0.0), format!("{words} alpha = 0, beta = 2, kappa = 0, n = 2"));
    assert_eq!(refused(5, 1.0, -2.0), format!("{words} alpha = 1, beta = 2, kappa = -2, n = 2"));
    assert_eq!(refused(4, 1.0, 0.0), "unscented_propagation: needs 2n + 1 points, n >= 1, got 4 points");
    let (j, variances) = (buffer(&JACOBIAN, &[1, 2, 3]), buffer(&[1.0, 1.0], &[1, 2]));
    let error = uncertainty_propagation(&j, &variances, None, false).err().unwrap();
    assert_eq!(error.to_string(), "uncertainty_propagation: `sigma` must be [1, 3], got [1, 2]");
    let q = buffer(&[0.0; 9], &[1, 3, 3]);
    let error = uncertainty_propagation(&j, &buffer(&SIGMA, &[1, 3, 3]), Some(&q), false);
    let expected = "uncertainty_propagation: `q` must be [2, 2] or [1, 2, 2], got [1, 3, 3]";
    assert_eq!(error.err().unwrap().to_string(), expected);
}
