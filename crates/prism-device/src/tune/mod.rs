//! Finds the fastest candidate of a kernel by measurement, and remembers it.
//!
//! A [`Space`] lists the candidates, the default first. A [`SearchAlgorithm`] says which to measure next. A
//! [`PerformanceTuner`] measures them and keeps a [`TuningProfile`] with the evidence in a [`ProfileCache`], which a
//! [`ProfileStore`] carries from one run to the next. A [`Watch`] says when to measure again.

pub mod algorithm;
mod automatic;
mod background;
mod bucket;
mod cache;
mod kernel;
mod metrics;
mod mode;
mod profile;
mod profiles;
mod search_space;
mod session;
mod shipped;
mod space;
mod store;
mod tuner;
mod watch;

pub use algorithm::{Grid, Guided, Outcome, Random, SearchAlgorithm, Trial};
pub(crate) use automatic::begin;
pub(crate) use background::{Background, Met};
pub use bucket::Bucket;
pub use cache::ProfileCache;
pub use metrics::PerformanceMetrics;
pub use mode::Tuning;
pub use profile::{Measured, TuningProfile};
pub(crate) use profiles::DeviceProfiles;
pub use search_space::SearchSpace;
pub use session::Evaluator;
pub use space::{Candidate, Space};
pub use store::{Loaded, Notice, Origin, ProfileStore};
pub use tuner::PerformanceTuner;
pub use watch::{Retune, Watch, WatchRule};
