//! From surrogates to decisions: p-values, z-scores, corrections for many tests.

use std::fmt;
use std::str::FromStr;

/// The p-value of an observation among its surrogates, in (0, 1].
///
/// `surrogates [s]`, drawn under the null hypothesis. `p = (1 + #{surrogate ≥ observed}) / (1 + s)`: the observation
/// counts as one draw of the null, so p is never 0 (Phipson & Smyth 2010, eq. 2). The smallest p is `1 / (1 + s)`, and
/// 1 without surrogates. A value that is not a number counts against significance. O(s).
pub fn p_value(observed: f64, surrogates: &[f64]) -> f64 {
    let below = surrogates.iter().filter(|&&surrogate| surrogate < observed).count();
    let exceeding = surrogates.len() - below;
    (1 + exceeding) as f64 / (1 + surrogates.len()) as f64
}

/// The distance of an observation from its surrogates, in their standard deviations.
///
/// `surrogates [s]`. `z = (observed − mean) / std`, std with `s − 1` in the denominator. `None` when `s < 2` or the
/// surrogates do not vary. O(s).
pub fn z_score(observed: f64, surrogates: &[f64]) -> Option<f64> {
    let (first, rest) = surrogates.split_first()?;
    // Equal values can leave a standard deviation of a few ulps behind; they are told apart here, not by it.
    if rest.iter().all(|value| value.total_cmp(first).is_eq()) {
        return None;
    }
    let mean = mean(surrogates);
    let squares: f64 = surrogates.iter().map(|value| (value - mean).powi(2)).sum();
    let std = (squares / rest.len() as f64).sqrt();
    Some((observed - mean) / std).filter(|z| z.is_finite())
}

/// The arithmetic mean; not a number for an empty slice. O(s).
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// P-values adjusted to bound the false discovery rate, in the order given.
///
/// `p [n]`, each in [0, 1]. With `p(1) ≤ … ≤ p(n)`, `adjusted(i) = min over j ≥ i of min(1, p(j)·n/j)`; rejecting where
/// adjusted ≤ q keeps the expected share of false discoveries at or below q for independent or positively dependent
/// tests (Benjamini & Hochberg 1995; the adjusted form is Yekutieli & Benjamini 1999). O(n log n), 8·n bytes.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let n = p.len();
    let mut by_size: Vec<usize> = (0..n).collect();
    by_size.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; n];
    let mut smallest = 1.0_f64;
    for (rank, &at) in by_size.iter().enumerate().rev() {
        // Divided before multiplied, so that the last one is p itself.
        smallest = smallest.min(p[at] / ((rank + 1) as f64 / n as f64));
        adjusted[at] = smallest;
    }
    adjusted
}

/// P-values adjusted to bound the chance of any false positive, in the order given.
///
/// `p [n]`, each in [0, 1]. `adjusted = min(1, n·p)` (Bonferroni 1936; Dunn 1961). O(n).
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter().map(|value| (value * p.len() as f64).min(1.0)).collect()
}

/// How p-values are corrected for the number of pairs tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Correction {
    /// Bounds the false discovery rate; see [`benjamini_hochberg`].
    #[default]
    FdrBh,
    /// Bounds the chance of any false positive; see [`bonferroni`].
    Bonferroni,
    /// Leaves every p-value as it is.
    None,
}

impl Correction {
    /// Every correction, in the order in which help lists them.
    pub const ALL: [Self; 3] = [Self::FdrBh, Self::Bonferroni, Self::None];

    /// The corrected p-values, in the order given. `p [n]`.
    pub fn adjust(self, p: &[f64]) -> Vec<f64> {
        match self {
            Self::FdrBh => benjamini_hochberg(p),
            Self::Bonferroni => bonferroni(p),
            Self::None => p.to_vec(),
        }
    }

    /// The name as users spell it: `fdr-bh`, `bonferroni` or `none`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FdrBh => "fdr-bh",
            Self::Bonferroni => "bonferroni",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Correction {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|correction| correction.name() == name)
            .ok_or_else(|| format!("unknown correction `{name}`; choose fdr-bh, bonferroni or none"))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p_counts_the_observation_as_one_draw() {
        assert_eq!(p_value(1.0, &[0.1, 0.2, 0.3, 0.4]), 1.0 / 5.0);
        assert_eq!(p_value(0.25, &[0.1, 0.2, 0.3, 0.4]), 3.0 / 5.0);
        assert_eq!(p_value(0.3, &[0.3, 0.3, 0.1]), 3.0 / 4.0, "a tie counts as exceeding");
        assert_eq!(p_value(9.0, &[]), 1.0);
    }

    #[test]
    fn p_of_what_is_not_a_number_is_never_significant() {
        assert_eq!(p_value(f64::NAN, &[0.1, 0.2]), 1.0);
        assert_eq!(p_value(1.0, &[f64::NAN, 0.2]), 2.0 / 3.0);
    }

    #[test]
    fn z_has_the_sample_standard_deviation() {
        // numpy: (0.2 - mean) / std(ddof=1) = 0.1 / 0.02... of these eight is 5.0 exactly up to rounding.
        let surrogates = [0.1, 0.12, 0.08, 0.11, 0.09, 0.10, 0.13, 0.07];
        assert_relative_eq!(z_score(0.2, &surrogates).unwrap(), 5.0, max_relative = 1e-14);
    }

    #[test]
    fn z_needs_surrogates_that_vary() {
        assert_eq!(z_score(1.0, &[]), None);
        assert_eq!(z_score(1.0, &[0.5]), None);
        assert_eq!(z_score(1.0, &[0.1; 10]), None);
        assert_eq!(z_score(f64::NAN, &[0.1, 0.2]), None);
    }

    const P: [f64; 10] = [0.001, 0.04, 0.03, 0.02, 0.5, 0.8, 0.03, 0.005, 1.0, 0.2];

    #[test]
    fn adjusted_p_values_equal_statsmodels() {
        // statsmodels 0.15 multipletests(P, method="fdr_bh")[1] and method="bonferroni".
        let fdr = [0.01, 0.066_666_666_666_666_67, 0.06, 0.06, 0.625, 0.888_888_888_888_889, 0.06, 0.025, 1.0];
        let family = [0.01, 0.4, 0.3, 0.2, 1.0, 1.0, 0.3, 0.05, 1.0, 1.0];
        for (got, expected) in Correction::FdrBh.adjust(&P).iter().zip(fdr.iter().chain(&[0.285_714_285_714_285_7])) {
            assert_relative_eq!(*got, *expected, max_relative = 1e-15);
        }
        for (got, expected) in Correction::Bonferroni.adjust(&P).iter().zip(&family) {
            assert_relative_eq!(*got, *expected, max_relative = 1e-15);
        }
        assert_eq!(Correction::None.adjust(&P), P);
    }

    #[test]
    fn no_tests_need_no_correction() {
        for correction in Correction::ALL {
            assert!(correction.adjust(&[]).is_empty());
            assert_eq!(correction.adjust(&[0.03]), [0.03]);
        }
    }

    #[test]
    fn names_are_read_back() {
        for correction in Correction::ALL {
            assert_eq!(correction.to_string().parse(), Ok(correction));
        }
        let error = "fdr".parse::<Correction>().unwrap_err();
        assert_eq!(error, "unknown correction `fdr`; choose fdr-bh, bonferroni or none");
    }

    proptest! {
        #[test]
        fn p_lies_between_its_bounds(x in -9.0..9.0, s in prop::collection::vec(-9.0..9.0, 0..99)) {
            let p = p_value(x, &s);
            prop_assert!(p >= 1.0 / (1 + s.len()) as f64 && p <= 1.0);
            prop_assert!(p_value(x + 1.0, &s) <= p);
        }

        #[test]
        fn z_follows_a_change_of_scale(x in -9.0..9.0, s in prop::collection::vec(-9.0..9.0_f64, 3..99)) {
            let moved: Vec<f64> = s.iter().map(|value| 4.0 * value + 1.0).collect();
            let (z, again) = (z_score(x, &s).unwrap(), z_score(4.0 * x + 1.0, &moved).unwrap());
            prop_assert!((z - again).abs() <= 1e-9 * (1.0 + z.abs()));
        }

        #[test]
        fn corrections_keep_the_order_and_only_raise(p in prop::collection::vec(0.0..=1.0, 0..99)) {
            let (fdr, family) = (benjamini_hochberg(&p), bonferroni(&p));
            for i in 0..p.len() {
                prop_assert!(p[i] <= fdr[i] && fdr[i] <= family[i] * (1.0 + 1e-12) && family[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || fdr[i] <= fdr[j]);
                }
            }
        }

        #[test]
        fn rejections_are_those_of_the_step_up_rule(p in prop::collection::vec(0.0..=1.0, 1..60), q in 0.01..0.5) {
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let holds = |i: &usize| sorted[*i] <= q * (i + 1) as f64 / p.len() as f64;
            let rejected = (0..p.len()).rev().find(holds).map_or(0, |i| i + 1);
            let adjusted = benjamini_hochberg(&p);
            prop_assert_eq!(adjusted.iter().filter(|&&a| a <= q).count(), rejected);
        }
    }
}
