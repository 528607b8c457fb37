//! The directed network of a recording: what was found for each ordered pair of channels.

use std::fmt;

use ndarray::Array2;

use crate::significance::Correction;

/// One ordered pair and what was found for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pair {
    /// The channel that may drive, an index into [`Network::names`].
    pub source: usize,
    /// The channel that may be driven, an index into [`Network::names`].
    pub target: usize,
    /// The delay with the most transfer entropy, in samples.
    pub delay: usize,
    /// Transfer entropy from source to target, in [`Network::units`]; not a number where no estimate exists.
    pub te: f64,
    /// `te` less the mean of its surrogates, in [`Network::units`].
    pub te_corrected: Option<f64>,
    /// The p-value among the surrogates.
    pub p: Option<f64>,
    /// The p-value corrected for the number of pairs.
    pub p_corrected: Option<f64>,
    /// The distance from the surrogates' mean, in their standard deviations.
    pub z: Option<f64>,
    /// The number of observations behind the estimate.
    pub n_obs: usize,
    /// The number of neighbours used, by estimators that have one.
    pub k: Option<usize>,
    /// Whether `p_corrected` is at or below [`Network::alpha`].
    pub significant: bool,
    /// The local transfer entropy of each observation `[n_obs]`, in [`Network::units`].
    pub local: Option<Vec<f64>>,
}

/// The directed network of a recording.
///
/// Without surrogates, `te_corrected`, `p`, `p_corrected` and `z` of every pair are `None`, and none is significant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// The channels `[v]`, in the order of the recording.
    pub names: Vec<String>,
    /// The pairs that were asked for `[p]`.
    pub pairs: Vec<Pair>,
    /// The unit of every transfer entropy.
    pub units: Units,
    /// The level at or below which a corrected p-value is significant.
    pub alpha: f64,
    /// How the p-values were corrected.
    pub correction: Correction,
    /// The number of surrogates behind each p-value.
    pub surrogates: usize,
}

impl Network {
    /// The significant pairs, in the order of [`Network::pairs`].
    pub fn edges(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.significant)
    }

    /// Transfer entropy `[v, v]` from the row's channel to the column's, in [`Network::units`]; not a number where no
    /// estimate exists. 8·v² bytes.
    pub fn matrix(&self) -> Array2<f64> {
        let v = self.names.len();
        let mut matrix = Array2::from_elem((v, v), f64::NAN);
        for pair in &self.pairs {
            matrix[[pair.source, pair.target]] = pair.te;
        }
        matrix
    }
}

/// The unit of an entropy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Units {
    /// Natural logarithms.
    #[default]
    Nats,
    /// Logarithms to base 2.
    Bits,
}

impl Units {
    /// An entropy in this unit. `nats / ln 2` for bits.
    pub fn from_nats(self, nats: f64) -> f64 {
        match self {
            Self::Nats => nats,
            Self::Bits => nats / std::f64::consts::LN_2,
        }
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nats => "nats",
            Self::Bits => "bits",
        })
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    fn three() -> Network {
        let pair = |source, target, te, significant| Pair { source, target, te, significant, ..Pair::default() };
        Network {
            names: ["a", "b", "c"].map(String::from).to_vec(),
            pairs: vec![pair(0, 1, 0.5, true), pair(1, 0, 0.1, false), pair(2, 1, 0.3, true)],
            ..Network::default()
        }
    }

    #[test]
    fn edges_are_the_significant_pairs() {
        let network = three();
        let edges: Vec<_> = network.edges().map(|pair| (pair.source, pair.target)).collect();
        assert_eq!(edges, [(0, 1), (2, 1)]);
    }

    #[test]
    fn the_matrix_reads_from_row_to_column() {
        let matrix = three().matrix();
        assert_eq!(matrix.dim(), (3, 3));
        assert_eq!((matrix[[0, 1]], matrix[[1, 0]], matrix[[2, 1]]), (0.5, 0.1, 0.3));
        assert_eq!(matrix.iter().filter(|te| te.is_nan()).count(), 6);
    }

    #[test]
    fn one_bit_is_ln_2_nats() {
        assert_eq!(Units::Bits.from_nats(std::f64::consts::LN_2), 1.0);
        assert_eq!(Units::Nats.from_nats(0.5), 0.5);
        assert_eq!(format!("{} {}", Units::Nats, Units::Bits), "nats bits");
    }
}
