//! The k-nearest-neighbour estimators of Kraskov, Stögbauer and Grassberger.

pub mod search;
