//! One or many steps of a batch of Kalman filters, from the model to the state.

use super::large::words;
use super::{KALMAN_LARGE, KALMAN_STEP, KALMAN_STEPS, kalman_large, kalman_step, kalman_steps};
use crate::batch::{Batch, together};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, ErrorKind, Real, Result, Seen};

/// What a step of every filter gives, or each of T steps, with T before the other axes.
#[derive(Debug, Outputs)]
pub struct Filtered<T: Real> {
    /// The state, `[.., n]`.
    pub x: Buffer<T>,
    /// Its covariance, `[.., n, n]`.
    pub p: Buffer<T>,
    /// The innovation, `[.., m]`; NaN where the measurement is missing.
    pub y: Buffer<T>,
    /// The covariance of the innovation, `[.., m, m]`.
    pub s: Buffer<T>,
    /// The gain, `[.., n, m]`.
    pub k: Buffer<T>,
    /// The log-likelihood of what was measured, in nats, `[..]`.
    pub ll: Buffer<T>,
}

/// One step of every Kalman filter of the model x′ = Fx + Bu + N(0, Q), z = Hx + N(0, R): predict, then update with z.
///
/// State `x [.., n]` and covariance `p [.., n, n]`; measurement `z [.., m]`. `f [n, n]`, `q [n, n]`, `h [m, n]`, `r [m, m]` are
/// one for all filters, or one each with the axes of x before; so is the control matrix `b [n, l]`, which goes with an
/// input `u [.., l]`. Filters to n = 32 and m = 16 are held in registers or shared memory, larger ones in 8·B·(3n² + 2nm +
/// m² + 2n + 2m) bytes of scratch. The update of the covariance is by `joseph`'s form, without it P = (I − KH)P. The
/// formulas are those of [`kalman_steps`]. NaN in z is missing: those rows are left out of the update, and all of it where
/// all are. Kalman 1960; Bucy & Joseph 1968.
///
/// # Errors
/// `NotPositiveDefinite` names the first filter whose S is not; a shape that does not fit; u without b or b without u.
#[allow(clippy::too_many_arguments)]
#[operation(types(f32, f64), kernels(KALMAN_STEP, KALMAN_LARGE))]
pub fn kalman_filter_step<T: Real>(
    x: &Buffer<T>,
    p: &Buffer<T>,
    f: &Buffer<T>,
    q: &Buffer<T>,
    h: &Buffer<T>,
    r: &Buffer<T>,
    b: Option<&Buffer<T>>,
    u: Option<&Buffer<T>>,
    z: &Buffer<T>,
    /// Whether the covariance is updated by Joseph's form, which keeps it symmetric and positive semidefinite.
    #[default(true)]
    joseph: bool,
) -> Result<Filtered<T>> {
    let filters = Filters::of("kalman_filter_step", x, z, false)?;
    filters.run([x, p, f, q, h, r, z], b, u, joseph, |[x, p, f, q, h, r, z, b, u], out, status| {
        let Filtered { x: x_next, p: p_next, y, s, k, ll } = out;
        kalman_step(x, p, f, q, h, r, b, u, z, x_next, p_next, y, s, k, ll, status, joseph.into())
    })
}

/// Steps of every Kalman filter, one for each measurement in `z [T, .., m]`, in one launch.
///
/// As [`kalman_filter_step`]; `u [T, .., l]`. The covariances and states of all steps are kept: T·B·(n² + …) numbers.
///
/// # Errors
/// As [`kalman_filter_step`]; the first step and filter are named.
#[allow(clippy::too_many_arguments)]
#[operation(types(f32, f64), kernels(KALMAN_STEPS, KALMAN_LARGE))]
pub fn kalman_filter_steps<T: Real>(
    x: &Buffer<T>,
    p: &Buffer<T>,
    f: &Buffer<T>,
    q: &Buffer<T>,
    h: &Buffer<T>,
    r: &Buffer<T>,
    b: Option<&Buffer<T>>,
    u: Option<&Buffer<T>>,
    z: &Buffer<T>,
    /// Whether the covariance is updated by Joseph's form, which keeps it symmetric and positive semidefinite.
    #[default(true)]
    joseph: bool,
) -> Result<Filtered<T>> {
    let filters = Filters::of("kalman_filter_steps", x, z, true)?;
    filters.run([x, p, f, q, h, r, z], b, u, joseph, |[x, p, f, q, h, r, z, b, u], out, status| {
        let Filtered { x: x_next, p: p_next, y, s, k, ll } = out;
        kalman_steps(x, p, f, q, h, r, b, u, z, x_next, p_next, y, s, k, ll, status, joseph.into())
    })
}

/// The sizes of a batch of filters.
struct Filters {
    name: &'static str,
    batch: Batch<1>,
    /// The steps, where there may be many.
    times: Option<usize>,
    m: usize,
}

impl Filters {
    fn of<T: Real>(name: &'static str, x: &Buffer<T>, z: &Buffer<T>, has_times: bool) -> Result<Self> {
        let (batch, shape) = (Batch::of(name, "x", "n", x)?, z.shape());
        let fits = shape.len() == batch.axes.len() + 1 + usize::from(has_times);
        if !fits {
            let (expected, got) = (if has_times { "T, .., m" } else { ".., m" }.into(), shape.to_vec());
            return Err(ErrorKind::Shape { kernel: name, argument: "z", expected, got }.into());
        }
        Ok(Self { name, batch, times: has_times.then(|| shape[0]), m: shape[shape.len() - 1] })
    }

    /// The axes of what there is at every step: the steps, the filters, then `last`.
    fn shape(&self, last: &[usize]) -> Vec<usize> {
        [self.times.as_slice(), &self.batch.with(last)].concat()
    }

    /// The same for kernels, to which the filters are one axis; large ones always have steps.
    fn seen(&self, last: &[usize]) -> Vec<usize> {
        let times = self.times.or(self.are_large().then_some(1));
        [times.as_slice(), &[self.batch.size()], last].concat()
    }

    /// Whether a filter is more than a block's shared memory holds.
    fn are_large(&self) -> bool {
        self.batch.last[0] > 32 || self.m > 16
    }

    /// Gives `kernel`, or that of large filters, its arguments (b and u of no columns where they are absent) and what it
    /// fills; judges its status.
    fn run<T: Real>(
        &self,
        [x, p, f, q, h, r, z]: [&Buffer<T>; 7],
        b: Option<&Buffer<T>>,
        u: Option<&Buffer<T>>,
        joseph: bool,
        kernel: impl FnOnce([&Seen<T>; 9], &mut Filtered<T>, &mut Buffer<u64>) -> Result<()>,
    ) -> Result<Filtered<T>> {
        let (batch, device) = (&self.batch, x.device());
        let ([n], m) = (batch.last, self.m);
        let control = together(self.name, ("b", b), ("u", u))?;
        let l = control.map_or(0, |(_, u)| u.shape().last().copied().unwrap_or(0));
        let none = (device.zeros(&[1, n, 0])?, device.zeros(&self.shape(&[0]))?);
        let (b, u) = control.unwrap_or((&none.0, &none.1));
        let x = x.seen_as(&[batch.size(), n])?;
        let p = batch.each("p", p, &[n, n])?;
        let (f, q) = (batch.shared("f", f, &[n, n])?, batch.shared("q", q, &[n, n])?);
        let (h, r) = (batch.shared("h", h, &[m, n])?, batch.shared("r", r, &[m, m])?);
        let (b, u) = (batch.shared("b", b, &[n, l])?, self.every("u", u, l)?);
        let z = self.every("z", z, m)?;
        let (mut out, mut status) = (self.zeros(&z)?, device.zeros(&[1])?);
        let arguments = [&x, &p, &f, &q, &h, &r, &z, &b, &u];
        if self.are_large() {
            let [x, p, f, q, h, r, z, b, u] = arguments;
            let Filtered { x: x_next, p: p_next, y, s, k, ll } = &mut out;
            let mut scratch = device.zeros(&[batch.size(), words(n as u64, m as u64) as usize])?;
            let (status, scratch) = (&mut status, &mut scratch);
            kalman_large(x, p, f, q, h, r, b, u, z, x_next, p_next, y, s, k, ll, status, scratch, joseph.into())?;
        } else {
            kernel(arguments, &mut out, &mut status)?;
        }
        judge(self.name, "S", &status, batch.size(), self.times.is_some())?;
        self.shaped(out)
    }

    /// What is given at every step.
    fn every<'a, T: Real>(&self, argument: &'static str, buffer: &'a Buffer<T>, width: usize) -> Result<Seen<'a, T>> {
        crate::argument::exactly(self.name, argument, buffer.shape(), &self.shape(&[width]))?;
        buffer.seen_as(&self.seen(&[width]))
    }

    fn zeros<T: Real>(&self, like: &Seen<T>) -> Result<Filtered<T>> {
        let ([n], m) = (self.batch.last, self.m);
        let zeros = |last: &[usize]| prism_device::AnyBuffer::device(like).zeros(&self.seen(last));
        Ok(Filtered {
            x: zeros(&[n])?,
            p: zeros(&[n, n])?,
            y: zeros(&[m])?,
            s: zeros(&[m, m])?,
            k: zeros(&[n, m])?,
            ll: zeros(&[])?,
        })
    }

    fn shaped<T: Real>(&self, out: Filtered<T>) -> Result<Filtered<T>> {
        let ([n], m) = (self.batch.last, self.m);
        Ok(Filtered {
            x: out.x.reshaped(&self.shape(&[n]))?,
            p: out.p.reshaped(&self.shape(&[n, n]))?,
            y: out.y.reshaped(&self.shape(&[m]))?,
            s: out.s.reshaped(&self.shape(&[m, m]))?,
            k: out.k.reshaped(&self.shape(&[n, m]))?,
            ll: out.ll.reshaped(&self.shape(&[]))?,
        })
    }
}

/// Refuses the first filter, and step where there are many, at which a matrix was not positive definite.
pub(super) fn judge(
    operation: &'static str,
    matrix: &'static str,
    status: &Buffer<u64>,
    filters: usize,
    has_steps: bool,
) -> Result<()> {
    let word = status.download()?[0];
    if word == 0 {
        return Ok(());
    }
    let (place, filters) = (u64::MAX - word, filters.max(1) as u64);
    let filter = format!("filter {}", place % filters);
    let at = if has_steps { format!("{filter}, step {}", place / filters) } else { filter };
    Err(ErrorKind::NotPositiveDefinite { operation, matrix, at }.into())
}
