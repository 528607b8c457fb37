//! Autoregressive forecasts, from the series to their standard errors.

use super::ar_fit;
use prism_device::{Buffer, ErrorKind, Real, Result};
use std::{fmt, str::FromStr};

/// How the coefficients are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fit {
    /// Conditional least squares.
    #[default]
    Ols,
    /// The Yule–Walker equations of the biased autocovariance.
    YuleWalker,
    /// Burg's recursion.
    Burg,
}

/// Whether the model has a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trend {
    /// It has: `c`.
    #[default]
    Constant,
    /// It has none: `n`.
    None,
}

/// A model of every series and what it foresees, in the units of the series.
pub struct ArForecast<T: Real> {
    /// The forecast, `[b, h]`.
    pub forecast: Buffer<T>,
    /// Its standard error, `[b, h]`.
    pub se: Buffer<T>,
    /// c, φ₁ … φₚ, `[b, p + 1]`.
    pub coef: Buffer<T>,
    /// The variance of the innovations, `[b]`.
    pub sigma2: Buffer<T>,
    /// 0; 1 where the data do not determine the coefficients; 2 where a value is not finite: `[b]`.
    pub status: Buffer<u32>,
}

/// AR(p) of every series and its forecast `h` steps ahead, as [`ar_fit`].
///
/// `y [b, t]`, t ≥ 2p + 2, p from 1 to 24; usual values are p = 1, h = 1, [`Trend::default`], [`Fit::default`].
/// `coefficients [1|b, p + 1]` (c, φ₁ … φₚ) take the place of the fit; without a trend their c counts as 0.
///
/// # Errors
/// A series is too short, p or h out of range, or a shape does not fit. A series that is constant or not finite is no
/// error but has a status.
pub fn ar_forecast<T: Real>(
    y: &Buffer<T>,
    coefficients: Option<&Buffer<T>>,
    p: u64,
    h: u64,
    trend: Trend,
    fit: Fit,
) -> Result<ArForecast<T>> {
    let b = y.shape().first().copied().unwrap_or(0);
    let [order, steps] = [("p", p), ("h", h)].map(|(name, value)| {
        u32::try_from(value).map_err(|_| ErrorKind::Unsupported {
            what: format!("ar_forecast: {name} = {value}; the limit is 2³²−1"),
        })
    });
    let (order, h) = (order?, steps? as usize);
    let width = order as usize + 1;
    let device = y.device();
    let mut out = ArForecast {
        forecast: device.zeros(&[b, h])?,
        se: device.zeros(&[b, h])?,
        coef: device.zeros(&[b, width])?,
        sigma2: device.zeros(&[b])?,
        status: device.zeros(&[b])?,
    };
    let none = device.zeros(&[1, width])?;
    let fit = match (coefficients, fit) {
        (Some(_), _) => 3,
        (None, Fit::Ols) => 0,
        (None, Fit::YuleWalker) => 1,
        (None, Fit::Burg) => 2,
    };
    let ArForecast { forecast, se, coef, sigma2, status } = &mut out;
    let trend = u32::from(trend == Trend::Constant);
    ar_fit(y, coefficients.unwrap_or(&none), forecast, se, coef, sigma2, status, order, fit, trend)?;
    Ok(out)
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ols => "ols",
            Self::YuleWalker => "yule_walker",
            Self::Burg => "burg",
        })
    }
}

impl FromStr for Fit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Ols, Self::YuleWalker, Self::Burg];
        known.into_iter().find(|fit| fit.to_string() == text).ok_or("a fit is ols, yule_walker or burg")
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Constant { "c" } else { "n" })
    }
}

impl FromStr for Trend {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::Constant, Self::None];
        known.into_iter().find(|trend| trend.to_string() == text).ok_or("a trend is c (constant) or n (none)")
    }
}
