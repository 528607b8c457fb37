//! What the automatic tuner does with a launch that it is told of.

use super::background::{Background, Met};
use super::kernel::CaseOf;
use super::{Bucket, PerformanceTuner, Retune, Tuning, TuningProfile, Watch, WatchRule};
use crate::cuda::Context;
use crate::{Device, ErrorKind, Result};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The share of the free memory that the arguments of a case may take: what is left is for the work beside.
const SHARE: u64 = 4;

/// The automatic tuner of a device.
struct Automatic {
    context: Arc<Context>,
    tuner: PerformanceTuner,
    watches: Watches,
}

/// What was seen of the launches of kernels, by symbol and bucket.
#[derive(Default)]
struct Watches {
    rule: WatchRule,
    of: HashMap<(String, Bucket), Seen>,
}

/// What was seen of the launches of a kernel, and whether its profile was found old.
struct Seen {
    watch: Watch,
    was_old: bool,
}

/// The automatic tuner of a device, where its launches want one.
///
/// # Errors
/// `Unsupported` when no thread can be started.
pub(crate) fn begin(context: &Arc<Context>) -> Result<Option<Arc<Background>>> {
    if context.profiles.mode() != Tuning::Automatic {
        return Ok(None);
    }
    let mut automatic =
        Automatic { context: context.clone(), tuner: PerformanceTuner::new(), watches: Watches::default() };
    let background = Background::begin(move |met, is_ending| automatic.hear(&met, is_ending));
    let refused =
        |error| ErrorKind::Unsupported { what: format!("--tuning automatic: no thread to tune on ({error})") };
    Ok(Some(Arc::new(background.map_err(refused)?)))
}

impl Automatic {
    fn hear(&mut self, met: &Met, is_ending: &dyn Fn() -> bool) {
        let symbol = met.entry.symbol(met.element, &met.quantities);
        let is_wanted = met.times.is_none() || self.has_changed(&symbol, met);
        let tuned = if is_wanted { self.tune(met, is_ending).map(Some) } else { Ok(None) };
        match tuned {
            Ok(Some(profile)) if !is_ending() => self.context.profiles.keep(&profile),
            Ok(_) => {}
            Err(error) => tracing::debug!(%symbol, %error, "not tuned"),
        }
    }

    /// Whether the profile that a launch went by is to be measured again.
    fn has_changed(&mut self, symbol: &str, met: &Met) -> bool {
        let sizes = &met.quantities[..met.entry.dims.len()];
        let Some(profile) = self.context.profiles.profile(symbol, sizes) else { return false };
        let time = met.times.as_ref().and_then(|times| times.take().ok()?.first().copied());
        // Throughput is in launches a second: only those of the sizes that were measured compare.
        let of_these = time.filter(|_| profile.sizes == sizes);
        self.watches.is_due(&profile, of_these.map(|time| 1e3 / f64::from(time.milliseconds)), age(&profile))
    }

    fn tune(&self, met: &Met, is_ending: &dyn Fn() -> bool) -> Result<Arc<TuningProfile>> {
        let (needed, free) = (met.entry.bytes(met.element, &met.quantities), self.context.memory.top().available());
        if needed > free / SHARE {
            let what = format!("{}: tuning would take {needed} bytes of the {free} that are free", met.entry.name);
            return Err(ErrorKind::Unsupported { what }.into());
        }
        let device = Device::untuned(self.context.clone())?;
        let sizes: Vec<_> = met.entry.quantity_names().zip(met.quantities.iter().copied()).collect();
        self.tuner.tune_case(&CaseOf::new(&met.entry, met.element, &sizes, &device, is_ending)?)
    }
}

impl Watches {
    /// Whether a profile of this age is due, now that a launch had this throughput. What is seen becomes the measure, and an
    /// old profile is due once: one that was measured again without another outcome, or could not be, is left alone.
    fn is_due(&mut self, profile: &TuningProfile, throughput: Option<f64>, age: Duration) -> bool {
        let key = (profile.kernel.clone(), profile.bucket);
        let new = || Seen { watch: Watch::new(profile.best.throughput), was_old: false };
        let Seen { watch, was_old } = self.of.entry(key).or_insert_with(new);
        *watch = throughput.map_or(*watch, |throughput| watch.seen(throughput, &self.rule));
        let Some(why) = watch.retune(age, &self.rule) else { return false };
        if matches!(why, Retune::Age(_)) && std::mem::replace(was_old, true) {
            return false;
        }
        tracing::debug!(kernel = profile.kernel, ?why, "tuning again");
        *watch = Watch::new(watch.average());
        true
    }
}

/// A profile of the future, of a clock that was wrong, is new.
fn age(profile: &TuningProfile) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(Duration::from_secs(profile.tuned_at))
}

#[cfg(test)]
#[path = "automatic_tests.rs"]
mod tests;
