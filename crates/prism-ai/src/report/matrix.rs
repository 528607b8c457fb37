//! Arrays in the format of numpy: the matrix of estimates, the local values.

use std::io::{self, Write};

use ndarray::Array2;
use ndarray_npy::WriteNpyExt;

use crate::network::Network;

/// Writes an array as `.npy`, version 1, row after row.
pub(super) fn write(out: impl Write, array: &Array2<f64>) -> io::Result<()> {
    array.write_npy(out).map_err(io::Error::other)
}

/// The local values `[p, n]` of every pair, `n` the most observations of any; not a number past a pair's own. `None`
/// when no pair has local values. 8·p·n bytes.
pub(super) fn local(network: &Network) -> Option<Array2<f64>> {
    let of = |pair: usize| network.pairs[pair].local.as_deref().unwrap_or_default();
    if network.pairs.iter().all(|pair| pair.local.is_none()) {
        return None;
    }
    let p = network.pairs.len();
    let n = (0..p).map(|pair| of(pair).len()).max().unwrap_or(0);
    let mut array = Array2::from_elem((p, n), f64::NAN);
    for pair in 0..p {
        array.row_mut(pair).iter_mut().zip(of(pair)).for_each(|(to, from)| *to = *from);
    }
    Some(array)
}

#[cfg(test)]
mod tests {
    use ndarray_npy::ReadNpyExt;

    use super::super::samples::{small, spread};
    use super::*;

    #[test]
    fn local_values_are_padded_to_the_longest() {
        let array = local(&small()).unwrap();
        assert_eq!(array.dim(), (2, 2));
        assert_eq!(array.row(0).to_vec(), [0.5, -0.25]);
        assert!(array.row(1).iter().all(|value| value.is_nan()));
        assert_eq!(local(&spread(3, 0.5)), None);
    }

    #[test]
    fn a_matrix_reads_back() {
        let matrix = spread(4, 0.5).matrix();
        let mut out = Vec::new();
        write(&mut out, &matrix).unwrap();
        assert_eq!(&out[..6], b"\x93NUMPY");
        let back = Array2::<f64>::read_npy(&out[..]).unwrap();
        assert!(back.iter().zip(&matrix).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
