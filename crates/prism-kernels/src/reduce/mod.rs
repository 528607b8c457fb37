//! Reductions over any set of axes, dot products and normalisation along an axis.
//!
//! A reduction is a fold: two doubles stand for the elements met so far. [`fold_rows`] folds the innermost axis,
//! [`fold_columns`] any other, and [`fold_join`] makes one result of what few long folds were cut into, and of what is
//! left where several axes go. Elements are `f16`, `bf16`, `f32` and `f64`. Every element is read once.

mod arg_max;
mod arg_min;
mod axes;
mod chain;
mod dot_join;
mod dot_product;
mod dot_rows;
mod fold_columns;
mod fold_join;
mod fold_rows;
mod normalize;
mod normalize_columns;
mod normalize_rows;
mod operation;
mod plain;
mod reduce_l1;
mod reduce_l2;
mod reduce_log_sum_exp;
mod reduce_max;
mod reduce_mean;
mod reduce_min;
mod reduce_prod;
mod reduce_sum;
mod reduce_sum_square;
mod reduction;
mod scale;
mod settings;

pub use arg_max::arg_max;
pub use arg_min::arg_min;
pub use dot_join::{DOT_JOIN, dot_join, dot_join_reference};
pub use dot_product::{DotProductSettings, dot_product};
pub use dot_rows::{DOT_ROWS, Factor, dot_rows, dot_rows_reference};
pub use fold_columns::{FOLD_COLUMNS, fold_columns, fold_columns_reference};
pub use fold_join::{FOLD_JOIN, fold_join, fold_join_reference};
pub use fold_rows::{FOLD_ROWS, fold_rows, fold_rows_reference};
pub use normalize::{NormalizeMode, NormalizeSettings, normalize};
pub use normalize_columns::{
    NORMALIZE_COLUMNS, NORMALIZE_LONG_COLUMNS, normalize_columns, normalize_columns_reference, normalize_long_columns,
    normalize_long_columns_reference,
};
pub use normalize_rows::{
    NORMALIZE_LONG_ROWS, NORMALIZE_ROWS, normalize_long_rows, normalize_long_rows_reference, normalize_rows,
    normalize_rows_reference,
};
pub use reduce_l1::reduce_l1;
pub use reduce_l2::reduce_l2;
pub use reduce_log_sum_exp::reduce_log_sum_exp;
pub use reduce_max::reduce_max;
pub use reduce_mean::reduce_mean;
pub use reduce_min::reduce_min;
pub use reduce_prod::reduce_prod;
pub use reduce_sum::reduce_sum;
pub use reduce_sum_square::reduce_sum_square;
pub use settings::{ArgSettings, ReduceSettings};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &DOT_JOIN,
    &DOT_ROWS,
    &FOLD_COLUMNS,
    &FOLD_JOIN,
    &FOLD_ROWS,
    &NORMALIZE_COLUMNS,
    &NORMALIZE_LONG_COLUMNS,
    &NORMALIZE_LONG_ROWS,
    &NORMALIZE_ROWS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    arg_max::arg_max_operation,
    arg_min::arg_min_operation,
    dot_product::dot_product_operation,
    normalize::normalize_operation,
    reduce_l1::reduce_l1_operation,
    reduce_l2::reduce_l2_operation,
    reduce_log_sum_exp::reduce_log_sum_exp_operation,
    reduce_max::reduce_max_operation,
    reduce_mean::reduce_mean_operation,
    reduce_min::reduce_min_operation,
    reduce_prod::reduce_prod_operation,
    reduce_sum::reduce_sum_operation,
    reduce_sum_square::reduce_sum_square_operation,
];
