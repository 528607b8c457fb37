//! The main job: every pair at every delay, observed and displaced, and what it means.

use super::{Embedding, Plan};
use crate::estimator::radii;
use crate::estimator::target::{self, Observations, Problem, Question, Source};
use crate::network::{Network, Pair};
use crate::prepare;
use crate::progress::Progress;
use crate::series::quoted;
use crate::significance::{mean, p_value, z_score};
use crate::surrogate::displacement;
use crate::{Error, Result};
use prism_device::Device;
use prism_device::memory::held_by;
use std::collections::BTreeMap;
use std::ops::Range;

/// The estimates of one pair at one delay, in nats: observed, then each surrogate.
type Estimates = Vec<f64>;

impl Plan {
    /// Estimates transfer entropy for every pair, and how much of it arises by chance.
    ///
    /// The delay with the most transfer entropy is reported. The maximum over delays is taken for every surrogate too,
    /// so that choosing the delay earns no significance.
    ///
    /// # Errors
    /// `Interrupted` when `progress` asks to stop; `Device` when the device fails; `Setting` when the estimator does
    /// not run on it.
    pub fn run(&self, device: &Device, progress: &dyn Progress) -> Result<Network> {
        target::check_device(&self.settings.estimation, device)?;
        progress.begin(self.estimates());
        let channels = prepare::channels(&self.series, &self.settings.estimation)?;
        let mut pairs: Vec<Option<Pair>> = vec![None; self.pairs.len()];
        for group in self.groups() {
            let found = held_by("transfer_entropy", || self.pairs_of(&group, &channels, device, progress))?;
            group.pairs.into_iter().zip(found).for_each(|(at, pair)| pairs[at] = Some(pair));
        }
        Ok(self.network(pairs.into_iter().flatten().collect()))
    }

    /// The pairs by what they share, target by target.
    fn groups(&self) -> Vec<Group> {
        let mut groups = BTreeMap::<_, Vec<usize>>::new();
        for (at, &pair) in self.pairs.iter().enumerate() {
            groups.entry((pair.1, self.condition(pair))).or_default().push(at);
        }
        groups.into_iter().map(|((target, condition), pairs)| Group { target, condition, pairs }).collect()
    }

    /// Every pair of one group.
    fn pairs_of(
        &self,
        group: &Group,
        channels: &[Vec<f64>],
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Vec<Pair>> {
        let mut by_delay = Vec::new();
        for &delay in &self.settings.delays {
            by_delay.push(self.at_delay(group, delay, channels, device, progress)?);
        }
        group
            .pairs
            .iter()
            .enumerate()
            .map(|(i, &at)| {
                let estimates: Vec<&Estimates> = by_delay.iter().map(|pairs| &pairs[i]).collect();
                let (best, mut pair) = self.judge(self.pairs[at], &estimates);
                if self.settings.local {
                    pair.local =
                        Some(self.local(self.pairs[at], self.settings.delays[best], channels, device, progress)?);
                }
                Ok(pair)
            })
            .collect()
    }

    /// The estimates of every pair of one group at one delay.
    fn at_delay(
        &self,
        group: &Group,
        delay: usize,
        channels: &[Vec<f64>],
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Vec<Estimates>> {
        let rows = Rows::new(self.embedding(delay), self.series.trials(), self.theiler)?;
        let observations = self.observations(&rows, group.target, &group.condition, channels);
        let sources: Vec<Source> =
            group.pairs.iter().map(|&at| self.source(&rows, self.pairs[at].0, channels)).collect();
        let settings = &self.settings;
        let each = settings.surrogates + 1;
        let problems: Vec<Problem> = (0..group.pairs.len() * each)
            .map(|i| {
                let pair = self.pairs[group.pairs[i / each]];
                (
                    i / each,
                    displacement(settings.surrogate_method, settings.estimation.seed, pair, i % each, self.margin()),
                )
            })
            .collect();
        let called = |source: usize| self.called(self.pairs[group.pairs[source]], delay);
        let question = Question { sources: &sources, problems: &problems, local: &[], called: &called };
        let answers = target::answer(&observations, question, &settings.estimation, self.theiler, device, progress)?;
        Ok(answers.information.chunks(each).map(<[f64]>::to_vec).collect())
    }

    /// What a message calls the estimate of a pair.
    fn called(&self, (source, target): (usize, usize), delay: usize) -> String {
        let [source, target] = [source, target].map(|channel| quoted(&self.series.names()[channel]));
        let meaning = "x being the source's past, y the target, z its past and the conditionals";
        format!("{source} to {target} at delay {delay}, {meaning}")
    }

    /// The samples by which a source must at least be shifted so that none of its values meets one of another delay.
    fn margin(&self) -> usize {
        let delays = self.settings.delays.iter();
        let span = delays.clone().max().unwrap_or(&1) - delays.min().unwrap_or(&1);
        span + (self.settings.source_history - 1) * self.settings.source_tau + 1
    }

    /// The local values of one pair at its delay.
    fn local(
        &self,
        pair: (usize, usize),
        delay: usize,
        channels: &[Vec<f64>],
        device: &Device,
        progress: &dyn Progress,
    ) -> Result<Vec<f64>> {
        let (observations, source) = self.observed(pair, delay, channels)?;
        let estimation = &self.settings.estimation;
        let question =
            Question { sources: &[source], problems: &[], local: &[0], called: &|_| self.called(pair, delay) };
        let answers = target::answer(&observations, question, estimation, self.theiler, device, progress)?;
        let units = estimation.units;
        Ok(answers.local.into_iter().flatten().map(|x| units.from_nats(x)).collect())
    }

    /// The distances of every observation of a pair at a delay to its 1st … k-th neighbour, `[k · n]`, in the units of the
    /// channels as they were prepared.
    pub(crate) fn radii(&self, pair: (usize, usize), delay: usize, device: &Device) -> Result<Vec<f64>> {
        let estimation = &self.settings.estimation;
        let channels = prepare::channels(&self.series, estimation)?;
        let (observations, source) = self.observed(pair, delay, &channels)?;
        radii::radii(&observations, source, estimation, self.theiler, device)
    }

    /// The observations of a pair at a delay, and those of its source.
    fn observed(
        &self,
        pair @ (source, target): (usize, usize),
        delay: usize,
        channels: &[Vec<f64>],
    ) -> Result<(Observations, Source)> {
        let rows = Rows::new(self.embedding(delay), self.series.trials(), self.theiler)?;
        let observations = self.observations(&rows, target, &self.condition(pair), channels);
        Ok((observations, self.source(&rows, source, channels)))
    }

    fn observations(&self, rows: &Rows, target: usize, condition: &[usize], channels: &[Vec<f64>]) -> Observations {
        let column = |v: usize, lag| prepare::column(&channels[v], &rows.samples, lag, &self.settings.estimation);
        let past = rows.embedding.target_lags().into_iter().map(|lag| column(target, lag));
        let conditionals = condition.iter().map(|&v| column(v, rows.embedding.conditional_delay));
        Observations {
            y: vec![column(target, 0)],
            z: past.chain(conditionals).collect(),
            clock: rows.clock.clone(),
            trials: rows.trials.clone(),
        }
    }

    fn source(&self, rows: &Rows, source: usize, channels: &[Vec<f64>]) -> Source {
        let column = |lag| prepare::column(&channels[source], &rows.samples, lag, &self.settings.estimation);
        rows.embedding.source_lags().into_iter().map(column).collect()
    }

    /// The best delay of a pair, as an index, and what the surrogates say of it.
    fn judge(&self, (source, target): (usize, usize), by_delay: &[&Estimates]) -> (usize, Pair) {
        let settings = &self.settings;
        let most = |s: usize| by_delay.iter().map(|e| e[s]).fold(f64::NEG_INFINITY, f64::max);
        let best = (0..by_delay.len()).rev().max_by(|&a, &b| by_delay[a][0].total_cmp(&by_delay[b][0])).unwrap_or(0);
        let (te, delay) = (by_delay[best][0], settings.delays[best]);
        let chance: Vec<f64> = (1..=settings.surrogates).map(most).collect();
        let tested = !chance.is_empty();
        let units = settings.estimation.units;
        let neighbours = settings.estimation.estimator.has_neighbours();
        let pair = Pair {
            source,
            target,
            delay,
            te: units.from_nats(te),
            te_corrected: tested.then(|| units.from_nats(te - mean(&chance))),
            p: tested.then(|| p_value(te, &chance)),
            z: z_score(te, &chance),
            n_obs: self.embedding(delay).observations(self.series.trials()),
            k: neighbours.then_some(settings.estimation.k),
            ..Pair::default()
        };
        (best, pair)
    }

    /// Corrects for the number of pairs and marks the significant ones.
    fn network(&self, mut pairs: Vec<Pair>) -> Network {
        let settings = &self.settings;
        let p: Vec<f64> = pairs.iter().filter_map(|pair| pair.p).collect();
        for (pair, corrected) in pairs.iter_mut().zip(settings.correction.adjust(&p)) {
            pair.p_corrected = Some(corrected);
            pair.significant = corrected <= settings.alpha;
        }
        Network {
            names: self.series.names().to_vec(),
            pairs,
            units: settings.estimation.units,
            alpha: settings.alpha,
            correction: settings.correction,
            surrogates: settings.surrogates,
        }
    }
}

/// What is asked of one target under one condition: its observations are made, and on a GPU ordered and sent, once.
struct Group {
    target: usize,
    condition: Vec<usize>,
    /// Where the pairs stand in [`Plan::pairs`].
    pairs: Vec<usize>,
}

/// The observations of one embedding.
pub(crate) struct Rows {
    pub embedding: Embedding,
    /// The target sample of each.
    pub samples: Vec<usize>,
    /// When each was made; trials lie further apart than the Theiler window.
    pub clock: Vec<i32>,
    /// The observations of each trial that has any.
    pub trials: Vec<Range<usize>>,
}

impl Rows {
    fn new(embedding: Embedding, trials: &[Range<usize>], theiler: usize) -> Result<Self> {
        let samples = embedding.rows(trials);
        let lengths: Vec<usize> = trials.iter().map(|t| embedding.rows_of(t).len()).filter(|&l| l > 0).collect();
        let (trials, clock) = clock(&lengths, theiler)?;
        Ok(Self { embedding, samples, clock, trials })
    }
}

/// Trials of those lengths one after the other, and the clock of their observations.
pub(crate) fn clock(lengths: &[usize], theiler: usize) -> Result<(Vec<Range<usize>>, Vec<i32>)> {
    let (mut trials, mut clock) = (Vec::new(), Vec::new());
    let mut time = 0;
    for &length in lengths {
        trials.push(clock.len()..clock.len() + length);
        clock.extend((time..time + length).map(|t| t as i32));
        time += length + theiler;
    }
    if i32::try_from(time).is_err() {
        return Err(Error::setting("--theiler", format!("a window of {theiler} samples over {} trials", trials.len())));
    }
    Ok((trials, clock))
}
