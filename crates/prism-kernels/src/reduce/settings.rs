//! What reductions are told.

use prism_derive::Settings;

/// What the reductions to a number are told.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
pub struct ReduceSettings {
    /// The axes to reduce, from −rank to rank − 1, each once; none means all.
    pub axes: Vec<i64>,
    /// Whether reduced axes stay, with extent 1.
    pub keepdims: bool,
    /// Whether no axes means none: every element is then reduced alone, so that its square or magnitude is taken.
    pub noop_with_empty_axes: bool,
}

/// What the searches for an extreme are told.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
pub struct ArgSettings {
    /// The axes to search, from −rank to rank − 1, each once and side by side; none means all.
    pub axes: Vec<i64>,
    /// Whether searched axes stay, with extent 1.
    pub keepdims: bool,
}
