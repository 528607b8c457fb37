use super::*;
use approx::assert_relative_eq;
use prism_device::Device;

const LIKELIHOOD: [f64; 6] = [0.3, 0.8, 0.9, 0.5, 0.6, 0.7];

fn of(free: &FreeEnergy<f64>) -> [f64; 3] {
    [&free.free_energy, &free.complexity, &free.accuracy].map(|x| x.download().unwrap()[0])
}

/// `pymdp.maths.calc_vfe(…, return_decomposition=True)` in float64, inferactively-pymdp 1.0.0: `state_vfe`,
/// `neg_entropy + prior_cross_entropy`, `accuracy`.
#[test]
fn equals_pymdp_for_two_factors() {
    let device = Device::cpu();
    let buffer = |x: &[f64], shape: &[usize]| device.upload(x, shape).unwrap();
    let (q1, q2) = (buffer(&[0.5, 0.3, 0.2], &[1, 3]), buffer(&[0.9, 0.1], &[1, 2]));
    let (p1, p2) = (buffer(&[0.2, 0.3, 0.5], &[1, 3]), buffer(&[0.5, 0.5], &[1, 2]));
    let loglik = buffer(&LIKELIHOOD.map(f64::ln), &[1, 3, 2]);
    let free = of(&free_energy(&[&q1, &q2], &[&p1, &p2], &loglik, LOG_FLOOR).unwrap());
    let expected =
        [1.344_220_232_044_189_6, -1.354_735_987_456_021_9 + 1.997_687_414_186_765_3, -0.701_268_805_313_446_3];
    for (got, expected) in free.into_iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = 1e-14);
    }
}

#[test]
fn the_floor_stands_in_for_zero_and_without_it_the_impossible_costs_infinitely() {
    let device = Device::cpu();
    let (q, p) = (device.upload(&[0.5, 0.5, 0.0], &[1, 3]).unwrap(), device.upload(&[0.2, 0.0, 0.8], &[1, 3]).unwrap());
    let loglik = device.upload(&[-1.0, -2.0, f64::NEG_INFINITY], &[1, 3]).unwrap();
    let floored = of(&free_energy(&[&q], &[&p], &loglik, LOG_FLOOR).unwrap());
    let complexity = 0.5 * (0.5f64 / 0.2).ln() + 0.5 * (0.5 / LOG_FLOOR).ln();
    assert_relative_eq!(floored[1], complexity, max_relative = 1e-15);
    assert_relative_eq!(floored[2], -1.5);
    assert_relative_eq!(floored[0], complexity + 1.5, max_relative = 1e-15);
    let exact = of(&free_energy(&[&q], &[&p], &loglik, 0.0).unwrap());
    assert_eq!(exact, [f64::INFINITY, f64::INFINITY, -1.5]);
}

/// At the posterior the free energy is −ln p(o).
#[test]
fn the_posterior_reaches_the_evidence_also_over_many_states() {
    let device = Device::cpu();
    let n = 40_000;
    let likelihood: Vec<f64> = (0..n).map(|i| f64::from(i % 7 + 1) / 8.0).collect();
    let evidence = likelihood.iter().sum::<f64>() / f64::from(n);
    let q: Vec<f64> = likelihood.iter().map(|l| l / evidence / f64::from(n)).collect();
    let buffer = |x: &[f64]| device.upload(x, &[1, x.len()]).unwrap();
    let prior = buffer(&vec![1.0 / f64::from(n); n as usize]);
    let loglik = buffer(&likelihood.iter().map(|l| l.ln()).collect::<Vec<_>>());
    let free = of(&free_energy(&[&buffer(&q)], &[&prior], &loglik, LOG_FLOOR).unwrap());
    assert_relative_eq!(free[0], -evidence.ln(), max_relative = 1e-12);
}

/// −`scipy.stats.norm.logpdf(y, yhat, precision**-0.5).sum()` of each side, scipy 1.17.1.
#[test]
fn gaussian_sides_are_the_normal_densities() {
    let device = Device::cpu();
    let buffer = |x: &[f64], shape: &[usize]| device.upload(x, shape).unwrap();
    let (y, x) = (buffer(&[-0.5, 1.0, 0.0], &[1, 3]), buffer(&[0.0, -1.0, 0.5], &[1, 3]));
    let precision = buffer(&[1.0, 4.0, 0.25], &[3]);
    let free = of(&free_energy_gaussian(&y, &precision, &x, &precision).unwrap());
    let (accuracy, complexity) = (-4.881_815_599_614_018, 4.788_065_599_614_018);
    for (got, expected) in free.into_iter().zip([complexity - accuracy, complexity, accuracy]) {
        assert_relative_eq!(got, expected, max_relative = 1e-15);
    }
    let error = free_energy_gaussian(&y, &precision, &x, &buffer(&[1.0, 1.0, -1.0], &[1, 3])).unwrap_err();
    assert_eq!(error.to_string(), "free_energy_gaussian: `precision_x` must be greater than 0; its element 2 is not");
}

#[test]
fn what_does_not_fit_is_refused() {
    let device = Device::cpu();
    let (q, loglik) = (device.zeros::<f32>(&[2, 3]).unwrap(), device.zeros(&[2, 3, 4]).unwrap());
    let refused =
        |q: &[&Buffer<f32>], p: &[&Buffer<f32>], floor| free_energy(q, p, &loglik, floor).unwrap_err().to_string();
    assert_eq!(refused(&[&q, &q], &[&q, &q], 0.0), "free_energy: `loglik` must be [2, 3, 3], got [2, 3, 4]");
    let unlike = "free_energy: needs as many priors as factors, one at least, got q of 2, prior of 1";
    assert_eq!(refused(&[&q, &q], &[&q], 0.0), unlike);
    assert_eq!(refused(&[&q], &[&q], -1.0), "free_energy: needs 0 <= log_floor < ∞, got log_floor = -1");
}
