//! Time series: models fitted to, and forecasts of, batches of recordings; uncertainty carried through models.

mod ar_fit;
mod ar_fit_large;
mod ar_forecast;
mod ar_plain;
#[cfg(test)]
mod ar_tests;
mod correlation;
mod uncertainty_product;
mod uncertainty_product_tiles;
mod uncertainty_propagation;
mod uncertainty_scaled;
#[cfg(test)]
mod uncertainty_tests;
mod uncertainty_weighted;
mod uncertainty_weighted_tiles;
mod unscented_propagation;
mod unscented_transform;

pub use ar_fit::{AR_FIT, ar_fit, ar_fit_reference};
pub use ar_fit_large::{AR_FIT_LARGE, ar_fit_large, ar_fit_large_reference};
pub use ar_forecast::{ArForecast, ArForecastSettings, Fit, Trend, ar_forecast};
pub use correlation::{CORRELATION, correlation, correlation_reference};
pub use uncertainty_product::{UNCERTAINTY_PRODUCT, uncertainty_product, uncertainty_product_reference};
pub use uncertainty_product_tiles::{
    UNCERTAINTY_PRODUCT_TILES, uncertainty_product_tiles, uncertainty_product_tiles_reference,
};
pub use uncertainty_propagation::{Propagated, uncertainty_propagation};
pub use uncertainty_scaled::{UNCERTAINTY_SCALED, uncertainty_scaled, uncertainty_scaled_reference};
pub use uncertainty_weighted::{UNCERTAINTY_WEIGHTED, uncertainty_weighted, uncertainty_weighted_reference};
pub use uncertainty_weighted_tiles::{
    UNCERTAINTY_WEIGHTED_TILES, uncertainty_weighted_tiles, uncertainty_weighted_tiles_reference,
};
pub use unscented_propagation::{Recombined, UnscentedSettings, unscented_propagation};
pub use unscented_transform::{UNSCENTED_TRANSFORM, unscented_transform, unscented_transform_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &AR_FIT,
    &AR_FIT_LARGE,
    &UNCERTAINTY_WEIGHTED,
    &UNCERTAINTY_WEIGHTED_TILES,
    &UNCERTAINTY_SCALED,
    &UNCERTAINTY_PRODUCT,
    &UNCERTAINTY_PRODUCT_TILES,
    &CORRELATION,
    &UNSCENTED_TRANSFORM,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    ar_forecast::ar_forecast_operation,
    uncertainty_propagation::uncertainty_propagation_operation,
    unscented_propagation::unscented_propagation_operation,
];
