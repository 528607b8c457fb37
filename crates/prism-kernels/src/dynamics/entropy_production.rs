//! Entropy production of Markov processes.

use super::{PRODUCTION_PER_STEP, SCHNAKENBERG, STATIONARY, production_per_step, schnakenberg, stationary};
use crate::argument::{exactly, extents, judged};
use crate::rows::{ROW_SUM, parts, row_sum};
use prism_derive::{Outputs, Setting, operation};
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "entropy_production";

/// What is known of the processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Form {
    /// Rates `w_ij` from j to i.
    #[default]
    Rates,
    /// Fluxes `J_ij` from j to i.
    Flux,
    /// Counts of transitions from j to i in a trajectory.
    Counts,
}

/// Entropy production, in nats for each unit of time or, of counts, for each step.
#[derive(Debug, Outputs)]
pub struct EntropyProduction<T: Real> {
    /// σ `[B]`.
    pub sigma: Buffer<T>,
    /// The terms `(J_ij − J_ji)·ln(J_ij/J_ji)` of all pairs, `[B, n, n]`: σ is half of their sum.
    pub edges: Option<Buffer<T>>,
}

/// Entropy production `σ = ½Σ_{i≠j} (J_ij − J_ji)·ln(J_ij/J_ji)` of every process, with `k_B` = 1.
///
/// `w [B, n, n]` holds, by `form`, rates (`J_ij = w_ij·p_j`), fluxes (J = w) or counts of transitions (J = w/Σw with the
/// `pseudocount`, usually 0, added to every count; all of them are counted, off the diagonal and on it). `p [B, n]` goes
/// with rates; where absent it is the stationary distribution, by elimination in double precision. A pair without flux
/// either way adds 0, one with flux in one direction only +∞; the diagonal is ignored. Detailed balance gives 0.
/// Schnakenberg 1976; Roldán & Parrondo 2010; Seifert 2012. O(B·n²), `w` read once; O(B·n³) and `[B, n, n]` doubles of
/// scratch where p is to be found.
///
/// # Errors
/// `Value` for a negative rate, and where p is to be found for a process that is not irreducible; `Requirement` for a
/// `p` or a `pseudocount` that the form does not take; `Shape` where the inputs do not fit each other; out of memory.
#[operation(types(f32, f64), kernels(SCHNAKENBERG, STATIONARY, PRODUCTION_PER_STEP, ROW_SUM))]
pub fn entropy_production<T: Real>(
    w: &Buffer<T>,
    p: Option<&Buffer<T>>,
    /// What `w` holds: rates, fluxes or counts of transitions.
    #[default(Form::Rates)]
    form: Form,
    /// What is added to every count, 0 or greater; 0 unless `w` holds counts.
    #[default(0.0)]
    pseudocount: f64,
    /// Whether the terms of all pairs are given out too.
    #[default(false)]
    with_edges: bool,
) -> Result<EntropyProduction<T>> {
    judge(p.is_some(), form, pseudocount)?;
    let device = w.device();
    let [b, n, _] = extents(NAME, "w", "b, n, n", w)?;
    exactly(NAME, "w", w.shape(), &[b, n, n])?;
    p.map_or(Ok(()), |p| exactly(NAME, "p", p.shape(), &[b, n]))?;
    let found = if form == Form::Rates && p.is_none() { Some(distribution(w, b, n)?) } else { None };
    let none = device.zeros(&[0, n])?;
    let p = p.or(found.as_ref().map(|found| &found.0)).unwrap_or(&none);
    let cut = parts(b, n * n);
    let (mut production, mut total) = (device.zeros(&[b * cut])?, device.zeros(&[b * cut])?);
    let mut edges = device.zeros(&[if with_edges { b } else { 0 }, n, n])?;
    let mut fault = device.zeros(&[1])?;
    schnakenberg(w, p, &mut production, &mut total, &mut edges, &mut fault, pseudocount, cut as u32)?;
    judged(NAME, "w", "0 or greater off the diagonal", &fault)?;
    if let Some((_, fault)) = &found {
        judged(NAME, "w", "rates of an irreducible process where p is absent", fault)?;
    }
    let (production, total) = (production.reshaped(&[b, cut])?, total.reshaped(&[b, cut])?);
    let mut sigma = device.zeros(&[b])?;
    match form {
        Form::Counts => production_per_step(&production, &total, &mut sigma, &mut edges)?,
        Form::Rates | Form::Flux => row_sum(&production, &mut sigma, 1)?,
    }
    Ok(EntropyProduction { sigma, edges: with_edges.then_some(edges) })
}

fn judge(has_p: bool, form: Form, pseudocount: f64) -> Result<()> {
    let unmet = |condition, values| Err(ErrorKind::Requirement { kernel: NAME, condition, values }.into());
    if has_p && form != Form::Rates {
        return unmet("no p unless form is rates", format!("form = {form} and p"));
    }
    if !pseudocount.is_finite() || pseudocount < 0.0 {
        return unmet("pseudocount >= 0", format!("pseudocount = {pseudocount}"));
    }
    if pseudocount > 0.0 && form != Form::Counts {
        return unmet("no pseudocount unless form is counts", format!("form = {form}, pseudocount = {pseudocount}"));
    }
    Ok(())
}

/// The stationary distribution, and the fault of its search.
fn distribution<T: Real>(w: &Buffer<T>, b: usize, n: usize) -> Result<(Buffer<T>, Buffer<u64>)> {
    let device = w.device();
    let (mut reduced, mut p, mut fault) = (device.zeros(&[b, n, n])?, device.zeros(&[b, n])?, device.zeros(&[1])?);
    stationary(w, &mut reduced, &mut p, &mut fault)?;
    Ok((p, fault))
}

#[cfg(test)]
mod tests {
    use super::{EntropyProduction, Form, entropy_production};
    use approx::assert_relative_eq;
    use prism_device::{Device, Result};

    const RING: [f64; 9] = [-4.0, 1.0, 3.0, 3.0, -4.0, 1.0, 1.0, 3.0, -4.0];

    fn call(w: &[f64], n: usize, p: Option<&[f64]>, form: Form, pseudocount: f64) -> Result<EntropyProduction<f64>> {
        let device = Device::cpu();
        let b = w.len() / n / n;
        let p = p.map(|p| device.upload(p, &[b, n]).unwrap());
        entropy_production(&device.upload(w, &[b, n, n]).unwrap(), p.as_ref(), form, pseudocount, true)
    }

    fn sigma(w: &[f64], n: usize, p: Option<&[f64]>, form: Form, pseudocount: f64) -> f64 {
        call(w, n, p, form, pseudocount).unwrap().sigma.download().unwrap()[0]
    }

    /// A ring of three with rates 3 one way and 1 the other: (a − b)·ln(a/b) = 2.197224577.
    #[test]
    fn a_driven_ring_produces_what_its_affinity_says() {
        let known = 2.0 * 3f64.ln();
        assert_relative_eq!(known, 2.197_224_577, max_relative = 1e-9);
        let third = [1.0 / 3.0; 3];
        for p in [None, Some(&third[..])] {
            assert_relative_eq!(sigma(&RING, 3, p, Form::Rates, 0.0), known, max_relative = 1e-14);
        }
        let flux = RING.map(|w| w / 3.0);
        assert_relative_eq!(sigma(&flux, 3, None, Form::Flux, 0.0), known, max_relative = 1e-14);
        let edges = call(&RING, 3, None, Form::Rates, 0.0).unwrap().edges.unwrap().download().unwrap();
        assert_relative_eq!(edges.iter().sum::<f64>() / 2.0, known, max_relative = 1e-14);
        assert_eq!((edges[0], edges[4], edges[1]), (0.0, 0.0, edges[3]));
    }

    /// `P = (N + eps)/(N + eps).sum(); ((P - P.T)*numpy.log(P/P.T))[off].sum()/2`, numpy 2.4.6.
    #[test]
    fn counts_are_taken_for_each_step() {
        let counts = [5.0, 2.0, 7.0, 4.0, 1.0, 3.0, 6.0, 8.0, 0.0];
        for (pseudocount, known) in [(0.0, 0.179_016_425_166_827_23), (0.5, 0.142_103_460_455_541_34)] {
            assert_relative_eq!(sigma(&counts, 3, None, Form::Counts, pseudocount), known, max_relative = 1e-14);
            let edges = call(&counts, 3, None, Form::Counts, pseudocount).unwrap().edges.unwrap().download().unwrap();
            assert_relative_eq!(edges.iter().sum::<f64>() / 2.0, known, max_relative = 1e-14);
        }
    }

    /// Rates `w_ij = exp((u_j − u_i)/2)` balance at p ∝ exp(−u), over many tiles too.
    #[test]
    fn detailed_balance_produces_nothing() {
        for n in [4, 70] {
            let u = |i: usize| (i * 7 % 11) as f64 / 4.0;
            let w: Vec<f64> = (0..n * n).map(|at| ((u(at % n) - u(at / n)) / 2.0).exp()).collect();
            let produced = sigma(&w, n, None, Form::Rates, 0.0);
            assert!((0.0..1e-25).contains(&produced), "{produced:e} for {n} states");
        }
    }

    /// The plain double sum, for matrices that are cut into parts.
    #[test]
    fn large_matrices_are_the_sum_of_their_parts() {
        let n = 300;
        let w: Vec<f64> = (0..n * n).map(|at| (at * 7919 % 1009 + 1) as f64).collect();
        let term = |i: usize, j: usize| (w[i * n + j] - w[j * n + i]) * (w[i * n + j] / w[j * n + i]).ln();
        let known: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| term(i, j)).sum();
        assert_relative_eq!(sigma(&w, n, None, Form::Flux, 0.0), known, max_relative = 1e-12);
    }

    #[test]
    fn a_one_way_pair_is_infinite_and_an_empty_one_nothing() {
        assert_eq!(sigma(&[0.0, 1.0, 0.0, 0.0], 2, None, Form::Flux, 0.0), f64::INFINITY);
        assert_eq!(sigma(&[9.0, 0.0, 0.0, 9.0], 2, None, Form::Flux, 0.0), 0.0);
        assert!(sigma(&[0.0; 4], 2, None, Form::Counts, 0.0).is_nan());
    }

    #[test]
    fn what_is_no_process_is_refused() {
        let refused =
            |w: &[f64], p: Option<&[f64]>, form, pseudocount| call(w, 2, p, form, pseudocount).unwrap_err().to_string();
        let (w, p) = ([0.0, 1.0, -1.0, 0.0], [0.5, 0.5]);
        let negative = "entropy_production: `w` must be 0 or greater off the diagonal; its element 2 is not";
        assert_eq!(refused(&w, Some(&p), Form::Rates, 0.0), negative);
        assert_eq!(refused(&w, None, Form::Counts, 0.0), negative);
        assert_eq!(
            refused(&[0.0, 0.0, 1.0, 0.0], None, Form::Rates, 0.0),
            "entropy_production: `w` must be rates of an irreducible process where p is absent; its element 1 is not"
        );
        let unlike = "entropy_production: needs no p unless form is rates, got form = flux and p";
        assert_eq!(refused(&w, Some(&p), Form::Flux, 0.0), unlike);
        let bad = "entropy_production: needs pseudocount >= 0, got pseudocount = -1";
        assert_eq!(refused(&w, None, Form::Counts, -1.0), bad);
        let bad = "entropy_production: needs no pseudocount unless form is counts, got form = flux, pseudocount = 1";
        assert_eq!(refused(&w, None, Form::Flux, 1.0), bad);
    }
}
