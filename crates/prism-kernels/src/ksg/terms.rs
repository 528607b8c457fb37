//! From counts to information: the digamma terms of both algorithms, in fixed point so that their sum has no order.

use super::search::Algorithm;
use crate::special::digamma_f64;

/// The digamma terms of every possible count among `n` points.
///
/// Information is `base − ⟨marginal[n_xz] + marginal[n_yz] − condition[n_z]⟩`, in nats:
/// algorithm 1 (Kraskov et al. 2004, eq. 8; Frenzel & Pompe 2007, eq. 4) has `marginal[c] = condition[c] = ψ(c + 1)` and
/// `base = ψ(k)`; algorithm 2 (Kraskov et al. 2004, eq. 9; Wibral et al. 2014) has `marginal[c] = ψ(c) − 1/c`,
/// `condition[c] = ψ(c)` and `base = ψ(k) − 2/k`. Without a condition there is no such term, `base` gains `ψ(n)`, and
/// algorithm 2 takes `marginal[c] = ψ(c)` and `base = ψ(k) − 1/k + ψ(n)`.
pub struct Terms {
    /// Terms of the counts with the source and with the variable `[n + 1]`, in units of `quantum`.
    pub marginal: Vec<i64>,
    /// Terms of the counts in the condition `[n + 1]`, in units of `quantum`; zeros when there is no condition.
    pub condition: Vec<i64>,
    quantum: f64,
    base: f64,
    points: usize,
}

impl Terms {
    /// The terms for `n` points and `k` neighbours, with or without a condition.
    ///
    /// The quantum is the smallest power of two for which no sum overflows: 2⁻⁴⁷ for a thousand points, 2⁻³⁶ for a
    /// million; a term is off by half of it, their mean by far less.
    pub fn new(n: usize, k: usize, algorithm: Algorithm, conditional: bool) -> Self {
        let psi: Vec<f64> = (0..=k.max(n + 1)).map(|c| if c == 0 { 0.0 } else { digamma_f64(c as f64) }).collect();
        let psi = |c: usize| psi[c];
        let marginal = |c: usize| match (algorithm, conditional) {
            (Algorithm::One, _) => psi(c + 1),
            (Algorithm::Two, true) if c > 0 => psi(c) - 1.0 / c as f64,
            (Algorithm::Two, _) => psi(c),
        };
        let condition = |c: usize| match algorithm {
            _ if !conditional => 0.0,
            Algorithm::One => psi(c + 1),
            Algorithm::Two => psi(c),
        };
        let base = psi(k)
            + match (algorithm, conditional) {
                (Algorithm::One, true) => 0.0,
                (Algorithm::One, false) => psi(n),
                (Algorithm::Two, true) => -2.0 / k as f64,
                (Algorithm::Two, false) => psi(n) - 1.0 / k as f64,
            };
        let largest = 3.0 * n as f64 * (2.0 + (n as f64 + 1.0).ln());
        let quantum = 2f64.powi(largest.log2().ceil() as i32 - 62);
        let fixed = |term: f64| (term / quantum).round() as i64;
        Self {
            marginal: (0..=n).map(|c| fixed(marginal(c))).collect(),
            condition: (0..=n).map(|c| fixed(condition(c))).collect(),
            quantum,
            base,
            points: n,
        }
    }

    /// The term of one point, in units of the quantum.
    pub fn of(&self, xz: u32, yz: u32, z: u32) -> i64 {
        self.marginal[xz as usize] + self.marginal[yz as usize] - self.condition[z as usize]
    }

    /// Information in nats from the sum of all points' terms.
    pub fn information(&self, sum: i64) -> f64 {
        self.base - sum as f64 * self.quantum / self.points as f64
    }

    /// What one point contributes to the mean, in nats.
    pub fn local(&self, xz: u32, yz: u32, z: u32) -> f64 {
        self.base - self.of(xz, yz, z) as f64 * self.quantum
    }
}
