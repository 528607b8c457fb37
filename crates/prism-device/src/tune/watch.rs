//! When a profile is to be measured again.

use std::time::Duration;

/// The throughput that launches are seen to have, against the one they were tuned at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    tuned: f64,
    average: f64,
    seen: u32,
}

/// When to measure again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WatchRule {
    /// What a launch weighs in the average, from 0 to 1.
    pub weight: f64,
    /// The share of the tuned throughput that the average may lie above or below it.
    pub drift: f64,
    /// Launches to see before drift is judged.
    pub patience: u32,
    /// The age at which a profile is measured again, whatever was seen.
    pub interval: Duration,
}

/// Why to measure again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Retune {
    /// The profile is older than the interval.
    Age(Duration),
    /// The average is this share of the tuned throughput.
    Drift(f64),
}

/// A tenth a launch, a quarter of drift after 32 launches, and a month.
impl Default for WatchRule {
    fn default() -> Self {
        Self { weight: 0.1, drift: 0.25, patience: 32, interval: Duration::from_hours(30 * 24) }
    }
}

impl Watch {
    /// Nothing seen yet of what was tuned at this throughput.
    pub fn new(tuned: f64) -> Self {
        Self { tuned, average: tuned, seen: 0 }
    }

    /// The exponential moving average of what was seen, in operations a second, from the tuned throughput on.
    pub fn average(self) -> f64 {
        self.average
    }

    /// With one more launch: average ← average + weight·(throughput − average). What is no positive number is not seen.
    #[must_use]
    pub fn seen(self, throughput: f64, rule: &WatchRule) -> Self {
        if !(throughput.is_finite() && throughput > 0.0) {
            return self;
        }
        let average = self.average + rule.weight * (throughput - self.average);
        Self { average, seen: self.seen.saturating_add(1), ..self }
    }

    /// Whether a profile of this age is to be measured again, and why.
    pub fn retune(self, age: Duration, rule: &WatchRule) -> Option<Retune> {
        if age >= rule.interval {
            return Some(Retune::Age(age));
        }
        let share = self.average / self.tuned;
        let has_drifted = self.seen >= rule.patience && (share - 1.0).abs() > rule.drift;
        has_drifted.then_some(Retune::Drift(share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: WatchRule = WatchRule { weight: 0.5, drift: 0.25, patience: 4, interval: Duration::from_secs(100) };
    const YOUNG: Duration = Duration::from_secs(1);

    fn watched(throughputs: &[f64]) -> Watch {
        throughputs.iter().fold(Watch::new(100.0), |watch, &seen| watch.seen(seen, &RULE))
    }

    #[test]
    fn the_average_forgets_by_its_weight() {
        assert_eq!(watched(&[200.0]).average(), 150.0);
        assert_eq!(watched(&[200.0, 50.0]).average(), 100.0);
    }

    #[test]
    fn noise_is_no_drift_and_drift_either_way_is() {
        assert_eq!(watched(&[80.0, 120.0, 90.0, 115.0, 85.0]).retune(YOUNG, &RULE), None);
        let slower = watched(&[50.0; 4]).retune(YOUNG, &RULE);
        assert_eq!(slower, Some(Retune::Drift(0.53125)));
        let faster = watched(&[200.0; 4]).retune(YOUNG, &RULE);
        assert_eq!(faster, Some(Retune::Drift(1.9375)));
    }

    #[test]
    fn drift_is_not_judged_before_its_time() {
        assert_eq!(watched(&[50.0; 3]).retune(YOUNG, &RULE), None);
    }

    #[test]
    fn an_old_profile_is_measured_again() {
        assert_eq!(watched(&[]).retune(RULE.interval, &RULE), Some(Retune::Age(RULE.interval)));
    }

    #[test]
    fn what_is_no_throughput_is_not_seen() {
        assert_eq!(watched(&[f64::NAN, 0.0, -1.0, f64::INFINITY]), Watch::new(100.0));
    }
}
