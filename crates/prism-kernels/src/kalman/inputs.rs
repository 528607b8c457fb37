//! Models whose covariances are covariances, for conformance and timing.

use prism_device::conformance::Case;

/// Positive definite `p`, `q` and `r`, transitions that do not explode, and measurements of which some are missing.
/// Without `joseph` the fifth filter has a covariance that is none.
pub(super) fn models(case: &mut Case) {
    let [n, m, b, joseph] = ["n", "m", "b", "joseph"].map(|name| case.quantity(name) as usize);
    for (name, size) in [("p", n), ("q", n), ("r", m)] {
        case.change(name, |values| values.chunks_mut((size * size).max(1)).for_each(|matrix| definite(matrix, size)));
    }
    for name in ["f", "h"] {
        case.change(name, |values| values.iter_mut().for_each(|x| *x /= (n as f64).sqrt()));
    }
    case.change("z", |z| z.iter_mut().enumerate().filter(|(i, _)| i % 7 == 3).for_each(|(_, z)| *z = f64::NAN));
    if joseph == 0 && b > 5 {
        case.change("p", |p| p[4 * n * n..5 * n * n].iter_mut().for_each(|x| *x *= -100.0));
    }
}

/// Positive definite `p` and `q` and transitions that do not explode. With inputs the fifth filter has covariances that are
/// none.
pub(super) fn filtered(case: &mut Case) {
    let [n, b, l] = ["n", "b", "l"].map(|name| case.quantity(name) as usize);
    for name in ["p", "q"] {
        case.change(name, |values| values.chunks_mut((n * n).max(1)).for_each(|matrix| definite(matrix, n)));
    }
    case.change("f", |f| f.iter_mut().for_each(|x| *x /= (n as f64).sqrt()));
    if l > 0 && b > 5 {
        case.change("p", |p| {
            p.chunks_mut((n * n).max(1)).skip(4).step_by(b).for_each(|p| p.iter_mut().for_each(|x| *x *= -100.0));
        });
    }
}

/// I + AAᵀ/n in the place of A.
fn definite(matrix: &mut [f64], n: usize) {
    let a = matrix.to_vec();
    for (e, x) in matrix.iter_mut().enumerate() {
        let (i, j) = (e / n, e % n);
        let product: f64 = (0..n).map(|k| a[i * n + k] * a[j * n + k]).sum();
        *x = f64::from(u8::from(i == j)) + product / n as f64;
    }
}
