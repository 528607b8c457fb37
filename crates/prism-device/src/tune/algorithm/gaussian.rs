//! A Gaussian process: what measurements say of the points that were not measured.

/// Variance of a measurement, as a share of that of the function.
const NOISE: f64 = 3e-4;

/// A Gaussian process with mean 0 and variance 1 under a Matérn covariance of smoothness 5/2.
///
/// Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, algorithm 2.1 and eq. 4.17.
pub(super) struct Gaussian<'a> {
    points: Vec<&'a [f64]>,
    lengths: Vec<f64>,
    /// The lower factor of the covariance matrix, row by row.
    factor: Vec<Vec<f64>>,
    /// The factor's inverse times the values.
    whitened: Vec<f64>,
}

impl<'a> Gaussian<'a> {
    /// The process that saw `values` at `points`, with a length of correlation on each axis.
    pub(super) fn new(points: Vec<&'a [f64]>, values: &[f64], lengths: Vec<f64>) -> Self {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(points.len());
        for i in 0..points.len() {
            let covariances: Vec<f64> = points[..i].iter().map(|p| covariance(p, points[i], &lengths)).collect();
            let mut row = solved(&factor, &covariances);
            row.push((1.0 + NOISE - dot(&row, &row)).max(NOISE).sqrt());
            factor.push(row);
        }
        let whitened = solved(&factor, values);
        Self { points, lengths, factor, whitened }
    }

    /// The mean and the standard deviation at a point.
    pub(super) fn at(&self, point: &[f64]) -> (f64, f64) {
        let covariances: Vec<f64> = self.points.iter().map(|p| covariance(p, point, &self.lengths)).collect();
        let row = solved(&self.factor, &covariances);
        (dot(&row, &self.whitened), (1.0 - dot(&row, &row)).max(0.0).sqrt())
    }

    /// The length of correlation on each axis.
    pub(super) fn lengths(&self) -> &[f64] {
        &self.lengths
    }

    /// The logarithm of the likelihood of the values, up to a constant.
    pub(super) fn log_likelihood(&self) -> f64 {
        let determinant: f64 = self.factor.iter().map(|row| row[row.len() - 1].ln()).sum();
        -0.5 * dot(&self.whitened, &self.whitened) - determinant
    }
}

fn covariance(a: &[f64], b: &[f64], lengths: &[f64]) -> f64 {
    let square: f64 = a.iter().zip(b).zip(lengths).map(|((a, b), length)| ((a - b) / length).powi(2)).sum();
    let r = (5.0 * square).sqrt();
    (1.0 + r + r * r / 3.0) * (-r).exp()
}

/// The solution of the triangular system of as many rows as there are values.
fn solved(factor: &[Vec<f64>], values: &[f64]) -> Vec<f64> {
    let mut solution = Vec::with_capacity(values.len());
    for (row, value) in factor.iter().zip(values) {
        solution.push((value - dot(row, &solution)) / row[row.len() - 1]);
    }
    solution
}

/// The sum of products over the shorter of both.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With one point the mean is the value times the covariance, and the variance 1 less its square.
    #[test]
    fn one_measurement_says_what_the_covariance_says() {
        let model = Gaussian::new(vec![&[0.0]], &[2.0], vec![0.5]);
        let covariance = (1.0 + 5f64.sqrt() + 5.0 / 3.0) * (-5f64.sqrt()).exp();
        let (mean, deviation) = model.at(&[0.5]);
        assert!((mean - 2.0 * covariance).abs() < 1e-3, "{mean}");
        assert!((deviation - (1.0 - covariance.powi(2)).sqrt()).abs() < 1e-3, "{deviation}");
    }

    #[test]
    fn it_knows_what_it_saw_and_nothing_far_away() {
        let points: [&[f64]; 3] = [&[0.0, 0.0], &[0.5, 1.0], &[1.0, 0.2]];
        let values = [0.5, -1.0, 2.0];
        let model = Gaussian::new(points.to_vec(), &values, vec![0.5, 0.5]);
        for (point, value) in points.iter().zip(values) {
            let (mean, deviation) = model.at(point);
            assert!((mean - value).abs() < 0.01 && deviation < 0.05, "{point:?}: {mean} ± {deviation}");
        }
        let (mean, deviation) = model.at(&[50.0, 50.0]);
        assert!(mean.abs() < 1e-6 && (deviation - 1.0).abs() < 1e-6);
    }

    /// Of two points the logarithm of the density is known in closed form.
    #[test]
    fn the_likelihood_is_that_of_a_normal_pair() {
        let (a, b) = (0.3, -0.8);
        let model = Gaussian::new(vec![&[0.0], &[1.0]], &[a, b], vec![1.0]);
        let (v, c) = (1.0 + NOISE, covariance(&[0.0], &[1.0], &[1.0]));
        let determinant = v * v - c * c;
        let square = (v * a * a - 2.0 * c * a * b + v * b * b) / determinant;
        assert!((model.log_likelihood() + 0.5 * (square + determinant.ln())).abs() < 1e-12);
    }
}
