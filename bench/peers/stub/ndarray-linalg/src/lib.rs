//! The two traits infomeasure's kernel estimator names, without a LAPACK behind them: see ../../../Cargo.toml.

use ndarray::{Array1, Array2};

/// Which triangle holds the matrix.
pub enum UPLO {
    /// The lower one.
    Lower,
}

/// Cholesky factors; always refuses.
pub trait Cholesky {
    /// Refuses.
    fn cholesky(&self, uplo: UPLO) -> Result<Array2<f64>, &'static str>;
}

/// Symmetric eigenvalues; always refuses.
pub trait EigValsh {
    /// Refuses.
    fn eigvalsh(&self, uplo: UPLO) -> Result<Array1<f64>, &'static str>;
}

impl Cholesky for Array2<f64> {
    fn cholesky(&self, _: UPLO) -> Result<Array2<f64>, &'static str> {
        Err("a stand-in without LAPACK")
    }
}

impl EigValsh for Array2<f64> {
    fn eigvalsh(&self, _: UPLO) -> Result<Array1<f64>, &'static str> {
        Err("a stand-in without LAPACK")
    }
}
