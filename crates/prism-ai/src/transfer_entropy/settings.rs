//! What can be asked of an estimate and of a network, with the defaults.

use std::fmt;

use super::Conditional;
use crate::network::Units;
use crate::significance::Correction;

/// Gives an enum of plain choices `ALL`, `name` and `Display`, all in the spelling of the command line.
macro_rules! spelled {
    ($choice:ident: $($variant:ident = $name:literal),+) => {
        impl $choice {
            /// Every choice, in the order in which help lists them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The choice as users spell it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl fmt::Display for $choice {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

/// How information is estimated from samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Estimator {
    /// Nearest neighbours, algorithm 1: strict counts within the joint distance (Kraskov et al. 2004, eq. 8; Frenzel &
    /// Pompe 2007).
    #[default]
    Ksg1,
    /// Nearest neighbours, algorithm 2: counts within the distance of each marginal (Kraskov et al. 2004, eq. 9; Wibral
    /// et al. 2014).
    Ksg2,
    /// Half the log ratio of residual variances: linear Granger causality.
    Gaussian,
    /// Plug-in after cutting each channel into `bins` of equal width between its extremes.
    Binned {
        /// The number of bins of a channel, at least 2.
        bins: usize,
    },
    /// Plug-in over integer states as given.
    Discrete,
}

impl Estimator {
    /// The number of bins when none is given.
    pub const BINS: usize = 10;

    /// Every estimator, in the order in which help lists them.
    pub const ALL: &[Self] =
        &[Self::Ksg1, Self::Ksg2, Self::Gaussian, Self::Binned { bins: Self::BINS }, Self::Discrete];

    /// The estimator as users spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ksg1 => "ksg1",
            Self::Ksg2 => "ksg2",
            Self::Gaussian => "gaussian",
            Self::Binned { .. } => "binned",
            Self::Discrete => "discrete",
        }
    }

    /// Whether it searches for nearest neighbours, so that `k`, the Theiler window, normalisation and noise matter.
    pub fn has_neighbours(self) -> bool {
        matches!(self, Self::Ksg1 | Self::Ksg2)
    }

    /// Whether it counts states, so that an entropy is defined and Miller and Madow's correction applies.
    pub fn has_states(self) -> bool {
        matches!(self, Self::Binned { .. } | Self::Discrete)
    }
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// When data is brought to mean 0 and standard deviation 1 (`n − 1` in the denominator). Constant data is only centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalize {
    /// Each channel as a whole, before embedding (as `IDTxl` and TRENTOOL do).
    #[default]
    Series,
    /// Each embedded column over the observations used (as JIDT does).
    Embedded,
    /// Never.
    None,
}

spelled!(Normalize: Series = "series", Embedded = "embedded", None = "none");

/// The window around an observation in which no neighbour is sought, because it is near in time (Theiler 1986).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theiler {
    /// Observations up to this many samples away are left out; 0 leaves out only the observation itself.
    Rows(usize),
    /// As many samples as the autocorrelation takes to reach 0, the longest among the channels used.
    Auto,
}

impl Default for Theiler {
    fn default() -> Self {
        Self::Rows(0)
    }
}

impl fmt::Display for Theiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// The number type of distances. Sums are always `f64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// A fast approximation: within 2e-3 nats where values do not repeat.
    F32,
    /// The same answer on every device: within 1e-10 nats.
    #[default]
    F64,
}

spelled!(Precision: F32 = "f32", F64 = "f64");

/// How a source is made independent of its target, to see what transfer entropy arises by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurrogateMethod {
    /// The embedded source observations are permuted within each trial.
    #[default]
    Permute,
    /// The embedded source observations are rotated within each trial, which keeps their autocorrelation.
    Shift,
}

spelled!(SurrogateMethod: Permute = "permute", Shift = "shift");

/// What every estimate has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimation {
    /// How information is estimated.
    pub estimator: Estimator,
    /// The number of nearest neighbours, at least 1.
    pub k: usize,
    /// Which neighbours are too near in time to count.
    pub theiler: Theiler,
    /// When data is standardised.
    pub normalize: Normalize,
    /// The standard deviation of the normal noise that breaks ties, in the units of the normalised data; 0 for none.
    pub noise: f64,
    /// The unit of results.
    pub units: Units,
    /// The number type of distances.
    pub precision: Precision,
    /// What all random numbers are drawn from: the same seed gives the same result.
    pub seed: u64,
    /// Whether entropies of counted states are corrected for the number of samples (Miller 1955).
    pub miller_madow: bool,
}

impl Default for Estimation {
    fn default() -> Self {
        Self {
            estimator: Estimator::default(),
            k: 4,
            theiler: Theiler::default(),
            normalize: Normalize::default(),
            noise: 1e-8,
            units: Units::default(),
            precision: Precision::default(),
            seed: 0,
            miller_madow: false,
        }
    }
}

/// What is asked of a network: which pairs, how embedded, how tested. Channels are indices into the series.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What every estimate has in common.
    pub estimation: Estimation,
    /// The channels that may drive; all but the conditionals named when `None`.
    pub sources: Option<Vec<usize>>,
    /// The channels that may be driven; all but the conditionals named when `None`.
    pub targets: Option<Vec<usize>>,
    /// The channels whose value `conditional_delay` samples before the target's is known besides the target's past.
    pub conditional: Conditional,
    /// How many samples the conditionals lie before the target.
    pub conditional_delay: usize,
    /// The number of past values of the target, `κ`.
    pub target_history: usize,
    /// The number of past values of the source, `l`.
    pub source_history: usize,
    /// The samples between past values of the target, `τy`.
    pub target_tau: usize,
    /// The samples between past values of the source, `τx`.
    pub source_tau: usize,
    /// How many samples the latest source value may lie before the target, `u`; the delay with the most transfer
    /// entropy is reported.
    pub delays: Vec<usize>,
    /// The number of surrogates behind each p-value; without any there is none.
    pub surrogates: usize,
    /// How surrogates are made.
    pub surrogate_method: SurrogateMethod,
    /// The level at or below which a corrected p-value is significant.
    pub alpha: f64,
    /// How p-values are corrected for the number of pairs.
    pub correction: Correction,
    /// Whether the local transfer entropy of each observation is kept.
    pub local: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            estimation: Estimation::default(),
            sources: None,
            targets: None,
            conditional: Conditional::default(),
            conditional_delay: 1,
            target_history: 1,
            source_history: 1,
            target_tau: 1,
            source_tau: 1,
            delays: vec![1],
            surrogates: 200,
            surrogate_method: SurrogateMethod::default(),
            alpha: 0.05,
            correction: Correction::default(),
            local: false,
        }
    }
}
