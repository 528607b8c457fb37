//! What a dendritic branch makes of its drive.

use super::dendritic_integration::DendriticSettings;
use super::parameters::require;
use prism_derive::Setting;
use prism_device::Result;

/// The branch output y of a drive g.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Branch {
    /// 1/(1 + e^(−(g − θ)/σ)).
    #[default]
    Sigmoid,
    /// V − `e_l`, in mV, of the steady-state potential V under leak and NMDA conductance g.
    Nmda,
    /// g·(1 + κ·`s_post`·e^(−d/λ)): the gain of a back-propagating spike.
    ActiveBp,
    /// The product of the branch's w·x; 0 without synapses.
    Multiplicative,
}

impl DendriticSettings {
    /// The four parameters of the branch, as kernels take them.
    pub(super) fn words(&self) -> [f64; 4] {
        match self.branch {
            Branch::Sigmoid => [self.theta, self.sigma, 0.0, 0.0],
            Branch::Nmda => [self.g_l, self.e_l, self.e_rev, self.mg],
            Branch::ActiveBp => [self.kappa, self.lambda, 0.0, 0.0],
            Branch::Multiplicative => [0.0; 4],
        }
    }

    /// Refuses parameters of the branch that are out of range.
    pub(super) fn judge(&self, kernel: &'static str) -> Result<()> {
        let finite = "a finite parameter of the branch";
        let used: &[_] = match self.branch {
            Branch::Sigmoid => &[("theta", self.theta), ("sigma", self.sigma)],
            Branch::Nmda => &[("g_l", self.g_l), ("e_l", self.e_l), ("e_rev", self.e_rev), ("mg", self.mg)],
            Branch::ActiveBp => &[("kappa", self.kappa), ("lambda", self.lambda)],
            Branch::Multiplicative => &[],
        };
        for &(name, value) in used {
            require(kernel, value.is_finite(), finite, (name, value))?;
            let is_scale = matches!(name, "sigma" | "g_l" | "lambda");
            require(kernel, !is_scale || value > 0.0, "a positive parameter of the branch", (name, value))?;
            require(kernel, name != "mg" || value >= 0.0, "mg >= 0", (name, value))?;
        }
        require(kernel, self.b0.is_finite(), "a finite b0", ("b0", self.b0))
    }
}
