//! Rows of an embedding table.

use super::TABLE_ROWS;
use crate::argument::{extents, judged};
use prism_derive::{Settings, operation};
use prism_device::{AnyBuffer, Arg, Buffer, Float, Result, run};

const NAME: &str = "embedding_lookup";

/// The options of a lookup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Settings)]
pub struct EmbeddingLookupSettings {
    /// Whether an index from −V to −1 counts from the end of the table, as in ONNX; an error where not.
    pub allow_negative: bool,
}

/// The rows of a table that indices name: out[…, :] = table[idx[…], :].
///
/// `table [V, D]`, `idx […]` of any extents → `[…, D]`. A copy: bits are kept. Equals
/// `torch.nn.functional.embedding` and, with `allow_negative`, ONNX `Gather` along axis 0. Memory-bound, 2·D elements and 8
/// bytes an index; no scratch.
///
/// # Errors
/// `Value` for an index that is not in 0..V (−V..V with `allow_negative`), by its place in `idx`; `Shape` for a table that
/// has not two extents; out of memory.
#[operation(types(f16, bf16, f32, f64), kernels(super::TABLE_ROWS), output(out))]
pub fn embedding_lookup<T: Float>(
    table: &Buffer<T>,
    idx: &Buffer<i64>,
    settings: &EmbeddingLookupSettings,
) -> Result<Buffer<T>> {
    let flat = idx.seen_as(&[idx.shape().iter().product()])?;
    let none = table.device().zeros::<i32>(&[0])?;
    gathered(table, [&none, &flat], idx.shape(), settings)
}

/// [`embedding_lookup`] by indices of 32 bits.
///
/// `table [V, D]`, `idx […]` of any extents → `[…, D]`. 4 bytes an index.
///
/// # Errors
/// As [`embedding_lookup`].
#[operation(types(f16, bf16, f32, f64), kernels(super::TABLE_ROWS), output(out))]
pub fn embedding_lookup_i32<T: Float>(
    table: &Buffer<T>,
    idx: &Buffer<i32>,
    settings: &EmbeddingLookupSettings,
) -> Result<Buffer<T>> {
    let flat = idx.seen_as(&[idx.shape().iter().product()])?;
    let none = table.device().zeros::<i64>(&[0])?;
    gathered(table, [&flat, &none], idx.shape(), settings)
}

/// The rows by the indices of 32 or of 64 bits; `shape` is theirs.
fn gathered<T: Float>(
    table: &Buffer<T>,
    idx: [&dyn AnyBuffer; 2],
    shape: &[usize],
    settings: &EmbeddingLookupSettings,
) -> Result<Buffer<T>> {
    let [_, d] = extents(NAME, "table", "V, D", table)?;
    let (device, count) = (table.device(), shape.iter().product::<usize>());
    let mut rows = device.zeros(&[count, d])?;
    let mut fault = device.zeros::<u64>(&[1])?;
    let allow_negative = Arg::Scalar(u32::from(settings.allow_negative).into());
    let [idx32, idx64] = idx.map(Arg::In);
    let outputs = (Arg::Out(&mut rows), Arg::Out(&mut fault));
    run(&TABLE_ROWS, &mut [Arg::In(table), idx32, idx64, outputs.0, outputs.1, allow_negative])?;
    let outside = ["in 0..V, V the rows of `table`", "in -V..V, V the rows of `table`"];
    judged(NAME, "idx", outside[usize::from(settings.allow_negative)], &fault)?;
    rows.reshaped(&[shape, &[d]].concat())
}

#[cfg(test)]
mod tests {
    use super::{EmbeddingLookupSettings, embedding_lookup, embedding_lookup_i32};
    use prism_device::{Buffer, Device, Result, f16};

    const FROM_END: EmbeddingLookupSettings = EmbeddingLookupSettings { allow_negative: true };

    fn table() -> Buffer<f16> {
        let values: Vec<f16> = (0..6).map(|i| f16::from_f32(i as f32)).collect();
        Device::cpu().upload(&values, &[3, 2]).unwrap()
    }

    fn looked_up(idx: &[i64], shape: &[usize], settings: &EmbeddingLookupSettings) -> Result<(Vec<usize>, Vec<f32>)> {
        let device = Device::cpu();
        let out = embedding_lookup(&table(), &device.upload(idx, shape).unwrap(), settings)?;
        let short: Vec<i32> = idx.iter().map(|&i| i as i32).collect();
        let same = embedding_lookup_i32(&table(), &device.upload(&short, shape).unwrap(), settings)?;
        let values = out.download()?;
        assert_eq!((same.shape(), same.download()?), (out.shape(), values.clone()));
        Ok((out.shape().to_vec(), values.into_iter().map(f32::from).collect()))
    }

    /// `torch.nn.functional.embedding(torch.tensor([[2, 0], [1, 2]]), torch.arange(6.).reshape(3, 2))`, torch 2.15.0, and
    /// `numpy.take(table, [-1, -3], 0)`, numpy 2.4.6.
    #[test]
    fn rows_are_those_that_torch_and_numpy_take() {
        let plain = EmbeddingLookupSettings::default();
        let (shape, rows) = looked_up(&[2, 0, 1, 2], &[2, 2], &plain).unwrap();
        assert_eq!((shape, rows), (vec![2, 2, 2], vec![4.0, 5.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]));
        assert_eq!(looked_up(&[-1, -3], &[2], &FROM_END).unwrap().1, [4.0, 5.0, 0.0, 1.0]);
    }

    #[test]
    fn no_index_and_one_index_have_rows_too() {
        let plain = EmbeddingLookupSettings::default();
        assert_eq!(looked_up(&[], &[3, 0], &plain).unwrap(), (vec![3, 0, 2], vec![]));
        assert_eq!(looked_up(&[1], &[], &plain).unwrap(), (vec![2], vec![2.0, 3.0]));
    }

    #[test]
    fn bits_are_kept() {
        let device = Device::cpu();
        let bits = [0x7ff0_0000_0000_0123, 0x8000_0000_0000_0000, 1].map(f64::from_bits);
        let table = device.upload(&bits, &[3, 1]).unwrap();
        let idx = device.upload(&[2i64, 1, 0], &[3]).unwrap();
        let rows = embedding_lookup(&table, &idx, &FROM_END).unwrap().download().unwrap();
        assert_eq!(rows.iter().rev().map(|x| x.to_bits()).collect::<Vec<_>>(), bits.map(f64::to_bits));
    }

    #[test]
    fn what_is_refused() {
        let plain = EmbeddingLookupSettings::default();
        let said = |idx: &[i64], settings| looked_up(idx, &[idx.len()], settings).unwrap_err().to_string();
        let outside = "embedding_lookup: `idx` must be in 0..V, V the rows of `table`; its element 1 is not";
        assert_eq!(said(&[0, 3, 4], &plain), outside);
        assert_eq!(said(&[0, -1], &plain), outside);
        let outside = "embedding_lookup: `idx` must be in -V..V, V the rows of `table`; its element 2 is not";
        assert_eq!(said(&[0, -3, -4], &FROM_END), outside);
        assert_eq!(said(&[0, 2, i64::from(i32::MAX)], &FROM_END), outside);
        let device = Device::cpu();
        let idx = device.upload(&[0i64], &[1]).unwrap();
        let flat = embedding_lookup(&device.zeros::<f32>(&[3]).unwrap(), &idx, &plain).unwrap_err().to_string();
        assert_eq!(flat, "embedding_lookup: `table` must be [V, D], got [3]");
        for d in [0, 1] {
            let none = embedding_lookup(&device.zeros::<f32>(&[0, d]).unwrap(), &idx, &plain).unwrap_err().to_string();
            assert_eq!(none, "embedding_lookup: `idx` must be in 0..V, V the rows of `table`; its element 0 is not");
        }
    }
}
