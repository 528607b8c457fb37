//! Autoregressions fitted to one series, in plain loops of doubles.

/// A fit: c, φ₁ … φₚ and the variance of the innovations; `deficient` where the data do not determine it.
pub(super) struct Fitted {
    pub coefficients: Vec<f64>,
    pub variance: f64,
    pub deficient: bool,
}

/// A pivot below this share of its diagonal is none.
const PIVOT: f64 = 1e-12;
/// Deviations below this share of the values, squares each, are rounding.
const CONSTANT: f64 = 1e-26;

/// Deviations from the mean, or the values themselves without a trend.
struct Deviations {
    values: Vec<f64>,
    mean: f64,
    p: usize,
}

impl Deviations {
    fn new(y: &[f64], p: usize, trend: bool) -> Self {
        let mean = if trend { y.iter().sum::<f64>() / y.len() as f64 } else { 0.0 };
        Self { values: y.iter().map(|y| y - mean).collect(), mean, p }
    }

    /// Σ v_{t−i}·v_{t−j} from `first` on.
    fn product(&self, first: usize, i: usize, j: usize) -> f64 {
        (first..self.values.len()).map(|t| self.values[t - i] * self.values[t - j]).sum()
    }

    /// Whether the values, or their deviations from the mean, are no more than rounding.
    fn is_constant(&self) -> bool {
        let squares = self.product(0, 0, 0);
        squares <= CONSTANT * (squares + self.values.len() as f64 * self.mean * self.mean)
    }

    /// c, φ with the mean put back.
    fn fitted(&self, phi: Vec<f64>, constant: f64, variance: f64, deficient: bool) -> Fitted {
        let c = constant + self.mean * (1.0 - phi.iter().sum::<f64>());
        Fitted { coefficients: [vec![c], phi].concat(), variance, deficient }
    }
}

/// Conditional least squares by the normal equations; of many solutions the one of least norm.
pub(super) fn least_squares(y: &[f64], p: usize, trend: bool) -> Fitted {
    let v = Deviations::new(y, p, trend);
    let lead = usize::from(trend);
    // Column 0 is 1 where there is a trend; then the lags.
    let column = |t: usize, i: usize| if i < lead { 1.0 } else { v.values[t - (i + 1 - lead)] };
    let q = p + lead;
    let sum = |cell: &dyn Fn(usize) -> f64| (p..y.len()).map(cell).sum::<f64>();
    let matrix: Vec<f64> = (0..q * q).map(|e| sum(&|t| column(t, e / q) * column(t, e % q))).collect();
    let right: Vec<f64> = (0..q).map(|i| sum(&|t| column(t, i) * v.values[t])).collect();
    let solved = if v.is_constant() { None } else { solve(&matrix, &right) };
    let fitted = if let Some(theta) = solved {
        v.fitted(theta[lead..].to_vec(), if trend { theta[0] } else { 0.0 }, 0.0, false)
    } else {
        let raw = |t: usize, i: usize| if i < lead { 1.0 } else { y[t - (i + 1 - lead)] };
        let matrix: Vec<f64> = (0..q * q).map(|e| sum(&|t| raw(t, e / q) * raw(t, e % q))).collect();
        let right: Vec<f64> = (0..q).map(|i| sum(&|t| raw(t, i) * y[t])).collect();
        let theta = least_norm(&matrix, &right);
        let coefficients = if trend { theta } else { [vec![0.0], theta].concat() };
        Fitted { coefficients, variance: 0.0, deficient: true }
    };
    Fitted { variance: residual_variance(y, &fitted.coefficients), ..fitted }
}

/// Yule–Walker equations of the biased autocovariance by Levinson's recursion.
pub(super) fn yule_walker(y: &[f64], p: usize, trend: bool) -> Fitted {
    let v = Deviations::new(y, p, trend);
    if v.is_constant() {
        return v.fitted(vec![0.0; p], 0.0, 0.0, true);
    }
    let r: Vec<f64> = (0..=p).map(|k| v.product(k, 0, k) / y.len() as f64).collect();
    let (mut phi, mut error) = (vec![], r[0]);
    for m in 1..=p {
        let reflection = (r[m] - (1..m).map(|i| phi[i - 1] * r[m - i]).sum::<f64>()) / error;
        reflect(&mut phi, reflection);
        error *= 1.0 - reflection * reflection;
    }
    v.fitted(phi, 0.0, error, false)
}

/// Burg's recursion: each reflection coefficient makes the forward and backward errors least.
pub(super) fn burg(y: &[f64], p: usize, trend: bool) -> Fitted {
    let v = Deviations::new(y, p, trend);
    if v.is_constant() {
        return v.fitted(vec![0.0; p], 0.0, 0.0, true);
    }
    let (mut forward, mut backward) = (v.values.clone(), v.values.clone());
    let (mut phi, mut variance, mut deficient) = (vec![], 0.0, false);
    let whole = 2.0 * v.product(0, 0, 0);
    for m in 1..=v.p {
        let pairs: Vec<(f64, f64)> = (m..y.len()).map(|t| (forward[t], backward[t - 1])).collect();
        let power: f64 = pairs.iter().map(|(f, b)| f * f + b * b).sum();
        deficient |= power <= PIVOT * whole;
        let reflection = if deficient { 0.0 } else { 2.0 * pairs.iter().map(|(f, b)| f * b).sum::<f64>() / power };
        reflect(&mut phi, reflection);
        for (t, (f, b)) in (m..).zip(pairs) {
            (forward[t], backward[t]) = (f - reflection * b, b - reflection * f);
        }
        variance = power * (1.0 - reflection * reflection) / (2 * (y.len() - m)) as f64;
    }
    v.fitted(phi, 0.0, variance, deficient)
}

/// φ of order m from those of order m − 1.
fn reflect(phi: &mut Vec<f64>, reflection: f64) {
    let before = phi.clone();
    let m = before.len();
    phi.iter_mut().enumerate().for_each(|(i, phi)| *phi -= reflection * before[m - 1 - i]);
    phi.push(reflection);
}

/// SSE/(T − p) of the one-step errors.
pub(super) fn residual_variance(y: &[f64], coefficients: &[f64]) -> f64 {
    let p = coefficients.len() - 1;
    let error = |t: usize| y[t] - coefficients[0] - (1..=p).map(|i| coefficients[i] * y[t - i]).sum::<f64>();
    (p..y.len()).map(|t| error(t).powi(2)).sum::<f64>() / (y.len() - p) as f64
}

/// The solution of a symmetric system by Cholesky's factorisation; `None` where a pivot is lost in rounding.
fn solve(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    let q = right.len();
    let mut l = matrix.to_vec();
    for j in 0..q {
        for i in j..q {
            l[i * q + j] -= (0..j).map(|k| l[i * q + k] * l[j * q + k]).sum::<f64>();
            if i == j && l[j * q + j] <= PIVOT * matrix[j * q + j] {
                return None;
            }
            l[i * q + j] = if i == j { l[j * q + j].sqrt() } else { l[i * q + j] / l[j * q + j] };
        }
    }
    let mut x = right.to_vec();
    for i in 0..q {
        x[i] = (x[i] - (0..i).map(|k| l[i * q + k] * x[k]).sum::<f64>()) / l[i * q + i];
    }
    for i in (0..q).rev() {
        x[i] = (x[i] - (i + 1..q).map(|k| l[k * q + i] * x[k]).sum::<f64>()) / l[i * q + i];
    }
    Some(x)
}

/// The solution of least norm of a consistent system: A = L·Lᵀ with pivoting, x = L·(LᵀL)⁻²·Lᵀ·b.
fn least_norm(matrix: &[f64], right: &[f64]) -> Vec<f64> {
    let q = right.len();
    let (mut rest, mut columns) = (matrix.to_vec(), Vec::<Vec<f64>>::new());
    let most = (0..q).map(|i| matrix[i * q + i]).fold(0.0, f64::max);
    loop {
        let pivot = (0..q).fold(0, |best, i| if rest[i * q + i] > rest[best * q + best] { i } else { best });
        let value = rest[pivot * q + pivot];
        if columns.len() == q || value.is_nan() || value <= PIVOT * most {
            break;
        }
        let column: Vec<f64> = (0..q).map(|i| rest[i * q + pivot] / value.sqrt()).collect();
        rest.iter_mut().enumerate().for_each(|(e, x)| *x -= column[e / q] * column[e % q]);
        columns.push(column);
    }
    let rank = columns.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let inner: Vec<f64> = (0..rank * rank).map(|e| dot(&columns[e / rank], &columns[e % rank])).collect();
    let mut w: Vec<f64> = columns.iter().map(|column| dot(column, right)).collect();
    for _ in 0..2 {
        w = solve(&inner, &w).unwrap_or_else(|| vec![0.0; rank]);
    }
    (0..q).map(|i| columns.iter().zip(&w).map(|(column, w)| column[i] * w).sum()).collect()
}
