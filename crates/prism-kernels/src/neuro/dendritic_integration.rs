//! Two-layer neurons: branches, then a soma.

use super::parameters::{judge, require};
use super::{Branch, Weights, dendrite_branches, dendrite_soma};
use crate::argument::extents;
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "dendritic_integration";

/// What neurons with dendrites say.
#[derive(Debug)]
pub struct Dendrites<T: Real> {
    /// Somatic potentials `[B·neurons]`, those of an element of the batch together.
    pub v: Buffer<T>,
    /// Branch outputs `[B, n_br]`; of the NMDA branch in mV above `e_l`.
    pub y: Buffer<T>,
}

/// Somatic potential v = Σ α·y + `b0` of two-layer neurons with branch outputs y of the drives g = Σ w·x.
///
/// `x [B, n_in]`; W `[n_br, n_in]`, dense or compressed; `alpha [n_br]`. With `neurons` (1 by default) above 1 the branches
/// of each neuron lie together, `n_br`/`neurons` each. `branch` says what a branch computes ([`Branch`], by default the
/// sigmoid); the back-propagating spike needs `s_post [B]` and the distances `d [n_br]` in µm. `b0` is 0 by default;
/// `sigmoid` puts v through 1/(1 + e^(−v)). A product has a factor for each w ≠ 0.
///
/// Poirazi, Brannon & Mel 2003; Jahr & Stevens 1990; Larkum 1999; Mel & Koch 1990. O(B·nnz(W)).
///
/// # Errors
/// Another shape, a parameter out of range (σ, λ, `g_l` > 0; `mg` ≥ 0; all finite), `s_post` or `d` missing, `n_br` no
/// multiple of `neurons`, compressed rows that point outside W, a negative or undefined drive of an NMDA branch, or a failure of the
/// device.
#[allow(clippy::too_many_arguments)]
pub fn dendritic_integration<T: Real>(
    x: &Buffer<T>,
    w: Weights<'_, T>,
    alpha: &Buffer<T>,
    s_post: Option<&Buffer<T>>,
    d: Option<&Buffer<T>>,
    branch: Branch,
    b0: f64,
    sigmoid: bool,
    neurons: u64,
) -> Result<Dendrites<T>> {
    judge_branch(branch)?;
    require(NAME, b0.is_finite(), "a finite b0", ("b0", b0))?;
    require(NAME, neurons >= 1, "neurons >= 1", ("neurons", neurons as f64))?;
    let ([b, _], [br]) = (extents(NAME, "x", "B, n_in", x)?, extents(NAME, "alpha", "n_br", alpha)?);
    let (device, empty) = (x.device(), w.empty()?);
    let (dense, row_start, column, value) = w.parts(&empty);
    let none = device.zeros(&[0])?;
    let (mut y, mut status) = (device.zeros(&[b, br])?, device.zeros(&[1])?);
    let mut v = device.zeros(&[b * neurons as usize])?;
    let (kind, [p0, p1, p2, p3]) = branch.words();
    let (s_post, d) = if kind == 2 { (given("s_post", "B", s_post)?, given("d", "n_br", d)?) } else { (&none, &none) };
    dendrite_branches(x, dense, row_start, column, value, s_post, d, &mut y, &mut status, kind, p0, p1, p2, p3)?;
    dendrite_soma(&y, alpha, &mut v, neurons, b0, sigmoid.into())?;
    let fault = if status.download()?[0] & 1 == 1 {
        ("w", "has a row that points outside the matrix")
    } else {
        ("x", "gives an NMDA branch a negative or undefined conductance")
    };
    judge(NAME, &status, fault.0, fault.1)?;
    Ok(Dendrites { v, y })
}

/// An argument that this branch needs.
fn given<'a, T: Real>(argument: &'static str, expected: &str, buffer: Option<&'a Buffer<T>>) -> Result<&'a Buffer<T>> {
    let missing = || ErrorKind::Shape { kernel: NAME, argument, expected: expected.into(), got: vec![] }.into();
    buffer.ok_or_else(missing)
}

fn judge_branch(branch: Branch) -> Result<()> {
    let finite = |name, value: f64| require(NAME, value.is_finite(), "a finite parameter of the branch", (name, value));
    let positive = |name, value: f64| require(NAME, value > 0.0, "a positive parameter of the branch", (name, value));
    match branch {
        Branch::Sigmoid { theta, sigma } => {
            finite("theta", theta).and(finite("sigma", sigma)).and(positive("sigma", sigma))
        }
        Branch::Nmda { g_l, e_l, e_rev, mg } => {
            for (name, value) in [("g_l", g_l), ("e_l", e_l), ("e_rev", e_rev), ("mg", mg)] {
                finite(name, value)?;
            }
            positive("g_l", g_l).and(require(NAME, mg >= 0.0, "mg >= 0", ("mg", mg)))
        }
        Branch::ActiveBp { kappa, lambda } => {
            finite("kappa", kappa).and(finite("lambda", lambda)).and(positive("lambda", lambda))
        }
        Branch::Multiplicative => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Dendrites, dendritic_integration};
    use crate::neuro::{Branch, Csr, Weights};
    use approx::assert_relative_eq;
    use prism_device::{Device, Result};

    const W: [f64; 9] = [1.0, 0.5, 0.0, 0.25, 2.0, 4.0, 0.0, 0.0, 0.0];

    fn call(x: &[f64; 6], branch: Branch, sigmoid: bool, sparse: bool) -> Result<Dendrites<f64>> {
        let device = Device::cpu();
        let dense = device.upload(&W, &[3, 3])?;
        let csr = Csr {
            row_start: device.upload(&[0, 2, 5, 5], &[4])?,
            column: device.upload(&[0, 1, 0, 1, 2], &[5])?,
            value: device.upload(&[1.0, 0.5, 0.25, 2.0, 4.0], &[5])?,
        };
        let w = if sparse { Weights::Sparse(&csr) } else { Weights::Dense(&dense) };
        let (alpha, x) = (device.upload(&[0.7, -1.2, 2.0], &[3])?, device.upload(x, &[2, 3])?);
        let (s_post, d) = (device.upload(&[1.0, 0.0], &[2])?, device.upload(&[50.0, 150.0, 300.0], &[3])?);
        dendritic_integration(&x, w, &alpha, Some(&s_post), Some(&d), branch, 0.3, sigmoid, 1)
    }

    const X: [f64; 6] = [0.5, 1.0, 2.0, 1.5, 0.25, 0.75];

    /// The formulas in numpy 2.4.6.
    #[test]
    fn equals_numpy() {
        let known = [
            (Branch::Sigmoid { theta: 0.5, sigma: 2.0 }, [0.378_844_938_682_388_5, 0.608_894_431_299_221]),
            (Branch::ActiveBp { kappa: 1.5, lambda: 200.0 }, [-18.941_139_601_480_014, -3.2125]),
            (Branch::Multiplicative, [-1.925, -0.243_749_999_999_999_97]),
        ];
        for (branch, expected) in known {
            for sparse in [false, true] {
                let v = call(&X, branch, false, sparse).unwrap().v.download().unwrap();
                for (v, expected) in v.iter().zip(expected) {
                    assert_relative_eq!(*v, expected, max_relative = 1e-14);
                }
            }
        }
        let v = call(&X, known[0].0, true, false).unwrap().v.download().unwrap();
        assert_relative_eq!(v[0], 0.593_594_486_010_019_7, max_relative = 1e-14);
    }

    /// The lowest roots by `scipy.optimize.brentq`, scipy 1.17.1.
    #[test]
    fn nmda_branches_settle_at_the_lowest_root() {
        let out = call(&X, Branch::NMDA, false, false).unwrap();
        let roots =
            [3.660_266_803_411_858, 61.027_786_677_148_3, 0.0, 6.804_884_898_645_483, 41.888_033_455_407_424, 0.0];
        for (y, root) in out.y.download().unwrap().iter().zip(roots) {
            assert_relative_eq!(*y, root, epsilon = 1e-5);
        }
        for (v, expected) in out.v.download().unwrap().iter().zip([-70.371_157_250_189_67, -45.202_220_717_437_07]) {
            assert_relative_eq!(*v, expected, epsilon = 2e-5);
        }
    }

    #[test]
    fn neurons_have_their_own_branches() {
        let device = Device::cpu();
        let eye = device.upload(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 0.0], &[4, 2]).unwrap();
        let (x, alpha) =
            (device.upload(&[3.0, 5.0], &[1, 2]).unwrap(), device.upload(&[1.0, 10.0, 100.0, 1000.0], &[4]));
        let zero = device.zeros(&[1]).unwrap();
        let d = device.zeros(&[4]).unwrap();
        let (w, alpha) = (Weights::Dense(&eye), alpha.unwrap());
        let call = |neurons| {
            dendritic_integration(&x, w, &alpha, Some(&zero), Some(&d), Branch::ACTIVE_BP, 0.0, false, neurons)
        };
        assert_eq!(call(2).unwrap().v.download().unwrap(), [53.0, 6800.0]);
        assert!(call(3).unwrap_err().to_string().starts_with("dendrite_soma: needs br % neurons"));
    }

    #[test]
    fn bad_arguments_are_named() {
        let text = |x: &[f64; 6], branch| call(x, branch, false, false).unwrap_err().to_string();
        let name = "dendritic_integration: ";
        let mut negative = X;
        negative[3] = -9.0;
        let fault = format!("{name}`x` gives an NMDA branch a negative or undefined conductance");
        assert_eq!(text(&negative, Branch::NMDA), fault);
        let flat = Branch::Sigmoid { theta: 0.0, sigma: 0.0 };
        assert_eq!(text(&X, flat), format!("{name}needs a positive parameter of the branch, got sigma = 0"));
        let device = Device::cpu();
        let (x, w, alpha) =
            (device.zeros(&[1, 1]).unwrap(), device.zeros(&[1, 1]).unwrap(), device.zeros(&[1]).unwrap());
        let w = Weights::Dense::<f32>(&w);
        let error = dendritic_integration(&x, w, &alpha, None, None, Branch::ACTIVE_BP, 0.0, false, 1).unwrap_err();
        assert_eq!(error.to_string(), format!("{name}`s_post` must be [B], got []"));
    }
}
