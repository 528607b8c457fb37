//! Two-layer neurons: branches, then a soma.

use super::parameters::judge;
use super::weights::{Empty, weights};
use super::{Branch, DENDRITE_BRANCHES, DENDRITE_SOMA, dendrite_branches, dendrite_soma};
use crate::argument::exactly;
use crate::batch::Batch;
use prism_derive::{Outputs, Settings, operation};
use prism_device::{Buffer, ErrorKind, Real, Result};

const NAME: &str = "dendritic_integration";

/// What branches and somas compute.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct DendriticSettings {
    /// What a branch makes of its drive.
    pub branch: Branch,
    /// Drive at which a sigmoid is ½, θ.
    pub theta: f64,
    /// Width of a sigmoid σ, in the units of the drive.
    pub sigma: f64,
    /// Leak conductance of an NMDA branch, in the unit of its drive.
    pub g_l: f64,
    /// Leak reversal potential, in mV.
    pub e_l: f64,
    /// NMDA reversal potential, in mV.
    pub e_rev: f64,
    /// Magnesium concentration, in mM.
    pub mg: f64,
    /// Gain of a back-propagating spike κ.
    pub kappa: f64,
    /// Distance over which that gain falls to 1/e λ, in µm.
    pub lambda: f64,
    /// What is added to the soma.
    pub b0: f64,
    /// Whether the soma is put through 1/(1 + e^(−v)).
    pub sigmoid: bool,
    /// Whether the outputs of the branches are returned.
    pub with_y: bool,
}

impl Default for DendriticSettings {
    fn default() -> Self {
        Self {
            branch: Branch::default(),
            theta: 0.0,
            sigma: 1.0,
            g_l: 1.0,
            e_l: -70.0,
            e_rev: 0.0,
            mg: 1.0,
            kappa: 1.0,
            lambda: 200.0,
            b0: 0.0,
            sigmoid: false,
            with_y: false,
        }
    }
}

/// What neurons with dendrites say.
#[derive(Debug, Outputs)]
pub struct Dendrites<T: Real> {
    /// Somatic potentials, `[..]` of one neuron, `[.., n_neuron]` of several.
    pub v: Buffer<T>,
    /// Branch outputs `[.., n_br]` or `[.., n_neuron, n_br]`; of the NMDA branch in mV above `e_l`.
    pub y: Option<Buffer<T>>,
}

/// Somatic potential v = Σ α·y + `b0` of two-layer neurons with branch outputs y of the drives g = Σ w·x.
///
/// `x [.., n_in]`; `alpha [n_br]` and `w [n_br, n_in]`, or of several neurons `alpha [n_neuron, n_br]` and
/// `w [n_neuron, n_br, n_in]`; with `row_start` and `column [nnz]`, `w [nnz]` are the elements of compressed rows, a row a
/// branch. By `branch`, y is 1/(1 + e^(−(g − θ)/σ)) (`sigmoid`); V − `e_l` in mV of the steady-state potential V under
/// the leak `g_l` and an NMDA conductance g (`nmda`); g·(1 + κ·`s_post`·e^(−d/λ)), with `s_post [..]` and the distances `d`
/// of the shape of `alpha`, in µm (`active_bp`); or ∏ w·x over w ≠ 0, 0 without any (`multiplicative`).
///
/// Poirazi, Brannon & Mel 2003; Jahr & Stevens 1990; Larkum 1999; Mel & Koch 1990. O(B·nnz(W)).
///
/// # Errors
/// Another shape, a parameter of the branch out of range (`sigma`, `lambda`, `g_l` > 0; `mg` ≥ 0; all finite), `s_post` or
/// `d` missing, `row_start` without `column` or the reverse, compressed rows that point outside W, a negative or undefined
/// drive of an NMDA branch, or a failure of the device.
#[allow(clippy::too_many_arguments)]
#[operation(types(f32, f64), kernels(DENDRITE_BRANCHES, DENDRITE_SOMA))]
pub fn dendritic_integration<T: Real>(
    x: &Buffer<T>,
    w: &Buffer<T>,
    row_start: Option<&Buffer<i32>>,
    column: Option<&Buffer<i32>>,
    alpha: &Buffer<T>,
    s_post: Option<&Buffer<T>>,
    d: Option<&Buffer<T>>,
    settings: &DendriticSettings,
) -> Result<Dendrites<T>> {
    settings.judge(NAME)?;
    let batch = Batch::of(NAME, "x", "n_in", x)?;
    let ([n], b, device, branches) = (batch.last, batch.size(), x.device(), alpha.shape());
    let neurons = neurons(alpha)?;
    let (br, empty) = (branches.iter().product(), Empty::on(device)?);
    let w = weights(NAME, w, row_start, column, [branches, &[n]], &empty)?;
    let is_spiking = settings.branch == Branch::ActiveBp;
    let none = device.zeros(&[0])?;
    let s_post = if is_spiking { batch.each("s_post", given("s_post", s_post)?, &[])? } else { none.seen_as(&[0])? };
    let d = if is_spiking { given("d", d)? } else { &none };
    if is_spiking {
        exactly(NAME, "d", d.shape(), branches)?;
    }
    let (mut y, mut status) = (device.zeros(&[b, br])?, device.zeros(&[1])?);
    let ([p0, p1, p2, p3], kind) = (settings.words(), settings.branch as u32);
    let (x, d) = (x.seen_as(&[b, n])?, d.seen_as(&[if is_spiking { br } else { 0 }])?);
    let (starts, columns) = (&w.row_start, &w.column);
    dendrite_branches(&x, &w.dense, starts, columns, &w.value, &s_post, &d, &mut y, &mut status, kind, p0, p1, p2, p3)?;
    judge_drive(&status)?;
    let mut v = device.zeros(&[b * neurons as usize])?;
    dendrite_soma(&y, &alpha.seen_as(&[br])?, &mut v, neurons, settings.b0, settings.sigmoid.into())?;
    let somas = &branches[..branches.len() - 1];
    let y = if settings.with_y { Some(y.reshaped(&batch.with(branches))?) } else { None };
    Ok(Dendrites { v: v.reshaped(&batch.with(somas))?, y })
}

/// How many neurons have branches in `alpha`.
fn neurons<T: Real>(alpha: &Buffer<T>) -> Result<u64> {
    match *alpha.shape() {
        [_] => Ok(1),
        [neurons, _] => Ok(neurons as u64),
        ref got => {
            let (argument, expected, got) = ("alpha", "n_br] or [n_neuron, n_br".into(), got.to_vec());
            Err(ErrorKind::Shape { kernel: NAME, argument, expected, got }.into())
        }
    }
}

/// An argument that this branch needs.
fn given<'a, T: Real>(argument: &'static str, buffer: Option<&'a Buffer<T>>) -> Result<&'a Buffer<T>> {
    let missing = || ErrorKind::Data { kernel: NAME, argument, fault: "is not given; the branch needs it" }.into();
    buffer.ok_or_else(missing)
}

fn judge_drive(status: &Buffer<u32>) -> Result<()> {
    let (argument, fault) = if status.download()?[0] & 1 == 1 {
        ("w", "has a row that points outside the matrix")
    } else {
        ("x", "gives an NMDA branch a negative or undefined conductance")
    };
    judge(NAME, status, argument, fault)
}

#[cfg(test)]
#[path = "dendritic_integration_tests.rs"]
mod tests;
