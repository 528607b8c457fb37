//! What a dendritic branch makes of its drive.

use std::{fmt, str::FromStr};

/// The branch output y of a drive g.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Branch {
    /// 1/(1 + e^(−(g − θ)/σ)).
    Sigmoid {
        /// θ.
        theta: f64,
        /// σ.
        sigma: f64,
    },
    /// V − `e_l`, in mV, of the steady-state potential V under leak and NMDA conductance g.
    Nmda {
        /// Leak conductance, in the unit of g.
        g_l: f64,
        /// Leak reversal potential, in mV.
        e_l: f64,
        /// NMDA reversal potential, in mV.
        e_rev: f64,
        /// Magnesium concentration, in mM.
        mg: f64,
    },
    /// g·(1 + κ·`s_post`·e^(−d/λ)): the gain of a back-propagating spike.
    ActiveBp {
        /// κ.
        kappa: f64,
        /// λ, in µm.
        lambda: f64,
    },
    /// The product of the branch's w·x; 0 without synapses.
    Multiplicative,
}

impl Branch {
    /// θ = 0, σ = 1.
    pub const SIGMOID: Self = Self::Sigmoid { theta: 0.0, sigma: 1.0 };
    /// `g_l` = 1, `e_l` = −70 mV, `e_rev` = 0 mV, magnesium 1 mM.
    pub const NMDA: Self = Self::Nmda { g_l: 1.0, e_l: -70.0, e_rev: 0.0, mg: 1.0 };
    /// κ = 1, λ = 200 µm.
    pub const ACTIVE_BP: Self = Self::ActiveBp { kappa: 1.0, lambda: 200.0 };

    /// Its number and its four parameters, as kernels take them.
    pub(super) fn words(self) -> (u32, [f64; 4]) {
        match self {
            Self::Sigmoid { theta, sigma } => (0, [theta, sigma, 0.0, 0.0]),
            Self::Nmda { g_l, e_l, e_rev, mg } => (1, [g_l, e_l, e_rev, mg]),
            Self::ActiveBp { kappa, lambda } => (2, [kappa, lambda, 0.0, 0.0]),
            Self::Multiplicative => (3, [0.0; 4]),
        }
    }
}

const NAMES: [(&str, Branch); 4] = [
    ("sigmoid", Branch::SIGMOID),
    ("nmda", Branch::NMDA),
    ("active-bp", Branch::ACTIVE_BP),
    ("multiplicative", Branch::Multiplicative),
];

/// Reads a name, with the default parameters.
impl FromStr for Branch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, branch)| *branch).ok_or("use sigmoid, nmda, active-bp or multiplicative")
    }
}

/// Writes the name.
impl fmt::Display for Branch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(NAMES[self.words().0 as usize].0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Branch, NAMES};

    #[test]
    fn names_are_read_as_they_are_written() {
        for (name, branch) in NAMES {
            assert_eq!((branch.to_string().as_str(), name.parse()), (name, Ok(branch)));
        }
        assert_eq!("relu".parse::<Branch>(), Err("use sigmoid, nmda, active-bp or multiplicative"));
    }
}
