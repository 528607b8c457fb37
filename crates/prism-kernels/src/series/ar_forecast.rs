//! Autoregressive forecasts, from the series to their standard errors.

use super::{AR_FIT, ar_fit};
use crate::batch::Batch;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "ar_forecast";

/// How the coefficients are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum Trend {
    /// It has a constant.
    #[default]
    C,
    /// It has none.
    N,
}

/// What is fitted, and how far it foresees.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct ArForecastSettings {
    /// Order of the model, 1 to 24.
    pub p: u32,
    /// Steps ahead.
    pub h: u32,
    /// Whether the model has a constant.
    pub trend: Trend,
    /// How the coefficients are found where none are given.
    pub fit: Fit,
}

impl Default for ArForecastSettings {
    fn default() -> Self {
        Self { p: 1, h: 1, trend: Trend::C, fit: Fit::Ols }
    }
}

/// A model of every series and what it foresees, in the units of the series.
#[derive(Debug, Outputs)]
pub struct ArForecast<T: Real> {
    /// The forecast, `[.., h]`.
    pub forecast: Buffer<T>,
    /// Its standard error, `[.., h]`.
    pub se: Buffer<T>,
    /// c, φ₁ … φₚ, `[.., p + 1]`.
    pub coef: Buffer<T>,
    /// The variance of the innovations, `[..]`.
    pub sigma2: Buffer<T>,
    /// 0; 1 where the data do not determine the coefficients; 2 where a value is not finite: `[..]`.
    pub status: Buffer<u32>,
}

/// Autoregressive model of order p of every series, and its forecast of the next h values.
///
/// `y [.., t]`, t ≥ 2p + 2. `coefficients [p + 1]` or `[.., p + 1]` (c, φ₁ … φₚ) take the place of the fit; without a
/// constant their c counts as 0. The formulas are those of [`ar_fit`]. Box & Jenkins 1976; Hamilton 1994. O(B·t·p).
///
/// # Errors
/// A series is too short, p out of range, or a shape does not fit. A series that is constant or not finite is no error
/// but has a status.
#[operation(types(f32, f64), kernels(AR_FIT))]
pub fn ar_forecast<T: Real>(
    y: &Buffer<T>,
    coefficients: Option<&Buffer<T>>,
    settings: &ArForecastSettings,
) -> Result<ArForecast<T>> {
    let ArForecastSettings { p, h, trend, fit } = *settings;
    let (batch, width, device) = (Batch::of(NAME, "y", "t", y)?, p as usize + 1, y.device());
    let ([t], b, h) = (batch.last, batch.size(), h as usize);
    let (mut forecast, mut se) = (device.zeros(&[b, h])?, device.zeros(&[b, h])?);
    let (mut coef, mut sigma2, mut status) = (device.zeros(&[b, width])?, device.zeros(&[b])?, device.zeros(&[b])?);
    let none = device.zeros(&[1, width])?;
    let fit = if coefficients.is_some() { 3 } else { fit as u32 };
    let given = batch.shared("coefficients", coefficients.unwrap_or(&none), &[width])?;
    let (y, trend) = (y.seen_as(&[b, t])?, u32::from(trend == Trend::C));
    ar_fit(&y, &given, &mut forecast, &mut se, &mut coef, &mut sigma2, &mut status, p, fit, trend)?;
    Ok(ArForecast {
        forecast: forecast.reshaped(&batch.with(&[h]))?,
        se: se.reshaped(&batch.with(&[h]))?,
        coef: coef.reshaped(&batch.with(&[width]))?,
        sigma2: sigma2.reshaped(&batch.axes)?,
        status: status.reshaped(&batch.axes)?,
    })
}
