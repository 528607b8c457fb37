//! One target asked about many sources: I(X; Y | Z) for a fixed (Y, Z), on the CPU or a CUDA device.

use super::discrete::{Correction, DiscreteTarget, States};
use super::gaussian::GaussianTarget;
use crate::progress::Progress;
use crate::surrogate;
use crate::transfer_entropy::{Estimation, Estimator, Precision};
use crate::{Error, ErrorKind, Result, exact};
use prism_device::{Device, Real};
use prism_kernels::ksg::batch::{self, Batch, Displacement, TargetPoints};
use prism_kernels::ksg::search::{Algorithm, Counts, Scalar, Scratch, Spec, Target};
use prism_kernels::ksg::terms::Terms;
use rayon::prelude::*;
use std::ops::Range;

/// The observations of a target: what is to be explained, what is known, and when each was made.
pub(crate) struct Observations {
    /// The variable `[dy][n]`.
    pub y: Vec<Vec<f64>>,
    /// The condition `[dz][n]`.
    pub z: Vec<Vec<f64>>,
    /// When each was made: trials lie further apart than any Theiler window.
    pub clock: Vec<i32>,
    /// The observations of each trial.
    pub trials: Vec<Range<usize>>,
}

/// The columns of a source `[dx][n]`.
pub(crate) type Source = Vec<Vec<f64>>;

/// A question: which source, displaced how.
pub(crate) type Problem = (usize, Displacement);

/// What was asked of a target.
pub(crate) struct Answers {
    /// Information of every problem, in nats.
    pub information: Vec<f64>,
    /// What each observation contributes to the undisplaced source of each of the `local` sources.
    pub local: Vec<Vec<f64>>,
}

/// What is asked about a target.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// The sources that problems name by position.
    pub sources: &'a [Source],
    /// Whose information is asked for.
    pub problems: &'a [Problem],
    /// The sources whose local values are asked for.
    pub local: &'a [usize],
    /// What a message calls the estimate of a source.
    pub called: &'a (dyn Fn(usize) -> String + Sync),
}

/// Answers a question about a target.
///
/// # Errors
/// The estimator cannot take the data, the device fails, or the run was cancelled.
pub(crate) fn answer(
    observations: &Observations,
    question: Question,
    estimation: &Estimation,
    theiler: usize,
    device: &Device,
    progress: &dyn Progress,
) -> Result<Answers> {
    let algorithm = if estimation.estimator == Estimator::Ksg2 { Algorithm::Two } else { Algorithm::One };
    let spec = Spec { k: estimation.k, theiler: theiler as u32, algorithm };
    let Question { sources, problems, local, called } = question;
    let asked = Asked { observations, sources, problems, local, called, spec, progress };
    let correction = if estimation.miller_madow { Correction::MillerMadow } else { Correction::None };
    match (estimation.estimator, estimation.precision) {
        (Estimator::Ksg1 | Estimator::Ksg2, Precision::F64) => asked.neighbours::<f64>(device),
        (Estimator::Ksg1 | Estimator::Ksg2, Precision::F32) => asked.neighbours::<f32>(device),
        (Estimator::Gaussian, _) => asked.gaussian(),
        (Estimator::Binned { .. } | Estimator::Discrete, _) => asked.states(correction),
    }
}

struct Asked<'a> {
    observations: &'a Observations,
    sources: &'a [Source],
    problems: &'a [Problem],
    local: &'a [usize],
    called: &'a (dyn Fn(usize) -> String + Sync),
    spec: Spec,
    progress: &'a dyn Progress,
}

impl Asked<'_> {
    fn neighbours<T: Real + Scalar>(&self, device: &Device) -> Result<Answers> {
        let Scaled { y, z, sources, .. } = Scaled::<T>::of(self.observations, self.sources);
        if device.is_cuda() { self.on_device(device, y, z, &sources) } else { self.on_cpu(&y, &z, &sources) }
    }

    fn on_device<T: Real>(
        &self,
        device: &Device,
        y: Vec<Vec<T>>,
        z: Vec<Vec<T>>,
        sources: &[Vec<Vec<T>>],
    ) -> Result<Answers> {
        let Observations { clock, trials, .. } = self.observations;
        if let ([source], [_], true) = (sources, self.problems, z.is_empty()) {
            let counts = batch::pair_counts(device, source, &y, clock, trials, self.spec)?;
            let terms = self.terms();
            let local = self.local.iter().map(|_| local(&terms, &counts)).collect();
            self.finished(1)?;
            return Ok(Answers { information: vec![terms.information(sum(&terms, &counts))], local });
        }
        let target = TargetPoints { z, y, clock: clock.clone(), trials: trials.clone() };
        let batch = Batch::new(device, &target, sources, self.problems.len(), self.spec)?;
        let mut information = Vec::with_capacity(self.problems.len());
        for problems in self.problems.chunks(batch.most()) {
            information.extend(batch.information(problems)?);
            self.finished(problems.len())?;
        }
        let local = self.local.iter().map(|&source| batch.local(source)).collect::<Result<_, _>>()?;
        Ok(Answers { information, local })
    }

    fn on_cpu<T: Real + Scalar>(&self, y: &[Vec<T>], z: &[Vec<T>], sources: &[Vec<Vec<T>>]) -> Result<Answers> {
        let (y, z, clock) = (slices(y), slices(z), &self.observations.clock);
        let target = Target::new(&y, &z, clock, self.spec);
        let terms = self.terms();
        let information = |counts: &Counts| Ok(terms.information(sum(&terms, counts)));
        let few = self.problems.len() < 2 * rayon::current_num_threads();
        let information = if few {
            let whole = |x: Vec<Vec<T>>, _: &mut Memory<T>| information(&target.counts(&slices(&x)));
            self.problems.iter().map(|p| self.one(p, sources, &mut Memory::default(), whole)).collect::<Result<_>>()?
        } else {
            let part = |x: Vec<Vec<T>>, memory: &mut Memory<T>| {
                target.counts_with(&slices(&x), &mut memory.counts, &mut memory.scratch);
                information(&memory.counts)
            };
            let problems = self.problems.par_iter();
            problems.map_init(Memory::default, |memory, p| self.one(p, sources, memory, part)).collect::<Result<_>>()?
        };
        let local = |&source: &usize| local(&terms, &target.counts(&slices(&sources[source])));
        Ok(Answers { information, local: self.local.iter().map(local).collect() })
    }

    fn terms(&self) -> Terms {
        let Observations { z, clock, .. } = self.observations;
        Terms::new(clock.len(), self.spec.k, self.spec.algorithm, !z.is_empty())
    }

    fn gaussian(&self) -> Result<Answers> {
        let named = |source: usize| move |error: Error| Error::series(format!("{}: {error}", (self.called)(source)));
        let (y, z) = (slices(&self.observations.y), slices(&self.observations.z));
        let target = GaussianTarget::new(&y, &z).map_err(named(0))?;
        let one = |p: &Problem| {
            let information = |x: Vec<Vec<f64>>, (): &mut ()| target.information(&slices(&x)).map_err(named(p.0));
            self.one(p, self.sources, &mut (), information)
        };
        let information = self.problems.par_iter().map(one).collect::<Result<_>>()?;
        let local = self.local.iter().map(|&s| target.local(&slices(&self.sources[s]))).collect::<Result<_>>()?;
        Ok(Answers { information, local })
    }

    fn states(&self, correction: Correction) -> Result<Answers> {
        let n = self.observations.clock.len();
        let known =
            if self.observations.z.is_empty() { States::single(n) } else { States::of(&slices(&self.observations.z))? };
        let target = DiscreteTarget::new(&States::of(&slices(&self.observations.y))?, known);
        let sources = self.sources.iter().map(|s| States::of(&slices(s))).collect::<Result<Vec<_>>>()?;
        let information = |&(source, displacement): &Problem| {
            let order = surrogate::order(displacement, &self.observations.trials);
            let information = target.information(&sources[source].permuted(&order), correction);
            self.finished(1).map(|()| information)
        };
        let information = self.problems.par_iter().map(information).collect::<Result<_>>()?;
        let local = self.local.iter().map(|&s| target.local(&sources[s])).collect();
        Ok(Answers { information, local })
    }

    /// Answers one problem with its source displaced.
    fn one<T: Copy, M>(
        &self,
        &(source, displacement): &Problem,
        sources: &[Vec<Vec<T>>],
        memory: &mut M,
        information: impl Fn(Vec<Vec<T>>, &mut M) -> Result<f64>,
    ) -> Result<f64> {
        let order = surrogate::order(displacement, &self.observations.trials);
        let displaced = |column: &Vec<T>| order.iter().map(|&i| column[i as usize]).collect();
        let information = information(sources[source].iter().map(displaced).collect(), memory)?;
        self.finished(1).map(|()| information)
    }

    fn finished(&self, problems: usize) -> Result<()> {
        self.progress.advance(problems as u64);
        if self.progress.cancelled() { Err(ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

/// The columns of a target and its sources, moved and multiplied by a power of two.
pub(super) struct Scaled<T> {
    pub y: Vec<Vec<T>>,
    pub z: Vec<Vec<T>>,
    pub sources: Vec<Vec<Vec<T>>>,
    pub scale: f64,
}

impl<T: Real> Scaled<T> {
    pub fn of(Observations { y, z, .. }: &Observations, sources: &[Source]) -> Self {
        let columns = [y, z].into_iter().chain(sources).flatten();
        let scale = exact::scale(columns.flat_map(|column| moved(column)));
        let cast = |columns: &Vec<Vec<f64>>| -> Vec<Vec<T>> {
            columns.iter().map(|c| moved(c).map(|x| T::nearest(x * scale)).collect()).collect()
        };
        Self { y: cast(y), z: cast(z), sources: sources.iter().map(cast).collect(), scale }
    }
}

struct Memory<T> {
    counts: Counts,
    scratch: Scratch<T>,
}

impl<T: Scalar> Default for Memory<T> {
    fn default() -> Self {
        Self { counts: Counts::default(), scratch: Scratch::default() }
    }
}

/// A column without its offset.
fn moved(column: &[f64]) -> impl Iterator<Item = f64> {
    let offset = exact::offset(column);
    column.iter().map(move |x| x - offset)
}

pub(super) fn slices<T>(columns: &[Vec<T>]) -> Vec<&[T]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// The sum of the terms of all points.
fn sum(terms: &Terms, counts: &Counts) -> i64 {
    each(counts).map(|(xz, yz, z)| terms.of(xz, yz, z)).sum()
}

/// What every point contributes, in nats.
fn local(terms: &Terms, counts: &Counts) -> Vec<f64> {
    each(counts).map(|(xz, yz, z)| terms.local(xz, yz, z)).collect()
}

fn each(counts: &Counts) -> impl Iterator<Item = (u32, u32, u32)> {
    counts.xz.iter().zip(&counts.yz).zip(&counts.z).map(|((&xz, &yz), &z)| (xz, yz, z))
}

/// The most neighbours that the kernels keep.
const MOST_NEIGHBOURS: usize = 64;

/// Refuses a CUDA device for what has no kernels: nothing moves to the CPU in silence.
pub(crate) fn check_device(estimation: &Estimation, device: &Device) -> Result<()> {
    if device.is_cuda() && estimation.k > MOST_NEIGHBOURS {
        let what = format!("{} is more than the {MOST_NEIGHBOURS} a GPU keeps; use --device cpu", estimation.k);
        return Err(Error::setting("--k", what));
    }
    if device.is_cuda() && !estimation.estimator.has_neighbours() {
        let what = format!("the {} estimator runs on the CPU only; use --device cpu", estimation.estimator);
        return Err(Error::setting("--device", what));
    }
    Ok(())
}
