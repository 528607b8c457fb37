//! Finds the fastest candidate of a kernel by measurement, and remembers it.
//!
//! A [`Space`] lists the candidates, the default first. A [`SearchAlgorithm`] says which to measure next. A
//! [`PerformanceTuner`] measures them and keeps a [`TuningProfile`] with the evidence in a [`ProfileCache`], which a
//! [`ProfileStore`] carries from one run to the next. A [`Watch`] says when to measure again.

pub mod algorithm;
mod bucket;
mod cache;
mod metrics;
mod profile;
mod search_space;
mod session;
mod space;
mod store;
mod tuner;
mod watch;

pub use algorithm::{Grid, Guided, Outcome, Random, SearchAlgorithm, Trial};
pub use bucket::Bucket;
pub use cache::ProfileCache;
pub use metrics::PerformanceMetrics;
pub use profile::{Measured, TuningProfile};
pub use search_space::SearchSpace;
pub use session::Evaluator;
pub use space::{Candidate, Space};
pub use store::{Loaded, Notice, Origin, ProfileStore};
pub use tuner::PerformanceTuner;
pub use watch::{Retune, Watch, WatchRule};
