//! Watches a GPU while it works.

mod activity;

pub use activity::{Activity, Reading, Watched};
