//! The main job: transfer entropy between the channels of a recording, tested against surrogates.

mod conditional;
mod embedding;
mod plan;
mod run;
mod settings;

pub use conditional::Conditional;
pub use embedding::Embedding;
pub use plan::Plan;
pub(crate) use run::clock;
pub use settings::{Estimation, Estimator, Normalize, Precision, Settings, SurrogateMethod, Theiler};
