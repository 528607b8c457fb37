//! What was measured several times: its quantiles.

/// Numbers that were measured, in order of size.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// The samples of these numbers; NaN counts as the largest.
    pub fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        Self(numbers)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest sample that at least `share` of all do not exceed; NaN of none. `share` is of (0, 1]: 0.5 is the
    /// median, 1 the largest. The inverse of the empirical distribution (Hyndman & Fan 1996, definition 1).
    pub fn quantile(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.clamp(1, self.0.len().max(1)) - 1).copied().unwrap_or(f64::NAN)
    }

    /// The quantile of one half.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The smallest; NaN of none.
    pub fn smallest(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// The largest; NaN of none.
    pub fn largest(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn a_quantile_is_the_first_sample_that_enough_do_not_exceed() {
        let samples = Samples::of((1..=1000).rev().map(f64::from).collect());
        for (share, expected) in [(0.5, 500.0), (0.9895, 990.0), (0.999, 999.0), (1.0, 1000.0), (0.0, 1.0)] {
            assert_eq!(samples.quantile(share), expected, "{share}");
        }
        assert_eq!((samples.smallest(), samples.median(), samples.largest()), (1.0, 500.0, 1000.0));
    }

    #[test]
    fn few_samples_have_quantiles_and_none_have_no_number() {
        let samples = Samples::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((samples.median(), samples.quantile(0.99)), (2.0, 3.0));
        assert!(Samples::of(Vec::new()).median().is_nan());
    }
}
