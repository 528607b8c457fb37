//! Autoregressive forecasts, from the series to their standard errors.

use super::ar_fit_large::words;
use super::{AR_FIT, AR_FIT_LARGE, ar_fit, ar_fit_large};
use crate::argument::require;
use crate::batch::Batch;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Buffer, Device, Real, Result};

const NAME: &str = "ar_forecast";

/// The highest order that a warp fits in its registers and shared memory.
const OF_A_WARP: u32 = 24;

/// The most blocks that fit higher orders at a time, and the numbers of scratch that they have together: a GiB.
const BLOCKS: u64 = 1 << 10;
const WORDS: u64 = 1 << 27;

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
    /// Order of the model, 1 or more.
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
/// constant their c counts as 0. The formulas are those of [`ar_fit`]. Box & Jenkins 1976; Hamilton 1994. O(B·t·p); above
/// p = 24 least squares O(B·(t·p + p³)), with scratch of 8·(2p² + 2t) bytes a series, up to a GiB for all.
///
/// # Errors
/// A series is too short, p is 0, or a shape does not fit; out of memory. A series that is constant or not finite is no
/// error but has a status.
#[operation(types(f32, f64), kernels(AR_FIT, AR_FIT_LARGE), rows(y = 1))]
pub fn ar_forecast<T: Real>(
    y: &Buffer<T>,
    coefficients: Option<&Buffer<T>>,
    settings: &ArForecastSettings,
) -> Result<ArForecast<T>> {
    let ArForecastSettings { p, h, trend, fit } = *settings;
    let (batch, width, device) = (Batch::of(NAME, "y", "t", y)?, p as usize + 1, y.device());
    let ([t], b, h) = (batch.last, batch.size(), h as usize);
    let is_long = p >= 1 && t as u64 >= 2 * u64::from(p) + 2;
    require(NAME, is_long, "p >= 1 and t >= 2p + 2", || format!("p = {p}, t = {t}"))?;
    let mut scratch = (p > OF_A_WARP).then(|| scratch(device, [b, t], p)).transpose()?;
    let (mut forecast, mut se) = (device.zeros(&[b, h])?, device.zeros(&[b, h])?);
    let (mut coef, mut sigma2, mut status) = (device.zeros(&[b, width])?, device.zeros(&[b])?, device.zeros(&[b])?);
    let none = device.zeros(&[1, width])?;
    let fit = if coefficients.is_some() { 3 } else { fit as u32 };
    let given = batch.shared("coefficients", coefficients.unwrap_or(&none), &[width])?;
    let (y, trend) = (y.seen_as(&[b, t])?, u32::from(trend == Trend::C));
    if let Some(scratch) = &mut scratch {
        ar_fit_large(&y, &given, &mut forecast, &mut se, &mut coef, &mut sigma2, &mut status, scratch, p, fit, trend)?;
    } else {
        ar_fit(&y, &given, &mut forecast, &mut se, &mut coef, &mut sigma2, &mut status, p, fit, trend)?;
    }
    Ok(ArForecast {
        forecast: forecast.reshaped(&batch.with(&[h]))?,
        se: se.reshaped(&batch.with(&[h]))?,
        coef: coef.reshaped(&batch.with(&[width]))?,
        sigma2: sigma2.reshaped(&batch.axes)?,
        status: status.reshaped(&batch.axes)?,
    })
}

/// Scratch for as many blocks as there are series, or as may work at a time.
fn scratch(device: &Device, [b, t]: [usize; 2], p: u32) -> Result<Buffer<f64>> {
    let words = words(p.into(), t as u64);
    let blocks = (WORDS / words).clamp(1, BLOCKS).min(b as u64);
    device.zeros(&[blocks as usize, words as usize])
}
