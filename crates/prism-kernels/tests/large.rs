//! Arrays of more than 2³² elements: no index of a kernel may wrap.
//!
//! Needs a GPU with 40 GiB free and a host with as much: `cargo test --release -p prism-kernels --test large -- --ignored`.

use prism_device::{Buffer, Device, Element, Result, f16};
use prism_kernels::{broadcast, gather, map, norm, random, reduce, tensor};
use rayon::prelude::*;
use std::fmt::Debug;

/// Elements of a row: odd, so that rows begin anywhere.
const ROW: usize = 1023;

/// Rows that differ; a large array repeats them, and so do the results of its rows.
const ROWS: usize = 256;

/// Times that a large array repeats them: the last time is beyond 2³² elements.
const REPEATS: usize = (1 << 32) / (ROW * ROWS) + 1;

const BYTES: usize = 40 << 30;

fn gpus() -> impl Iterator<Item = Device> {
    let has_room = |gpu: &Device| gpu.memory().unwrap().is_some_and(|(free, _)| free > BYTES);
    Device::all().into_iter().filter(Device::is_cuda).filter(has_room)
}

fn rows() -> Vec<f16> {
    (0..ROW * ROWS).map(|i| f16::from_f32((i * 7919 % 4001) as f32 / 1000.0 - 2.0)).collect()
}

/// An operation does to every row of many what it does to that row of few.
fn judge<U: Element + PartialEq + Debug>(
    name: &str,
    [few, many]: [&Buffer<f16>; 2],
    operation: impl Fn(&Buffer<f16>) -> Result<Buffer<U>>,
) {
    let [known, found] = [few, many].map(|x| operation(x).unwrap().download().unwrap());
    assert_eq!(found.len(), known.len() * REPEATS, "{name}");
    let wrong = found.par_chunks(known.len()).position_first(|rows| rows != known);
    assert_eq!(wrong.map(|repeat| repeat * ROWS), None, "{name}: the first rows that differ");
}

#[test]
#[ignore = "needs a GPU and a host with 40 GiB"]
fn rows_beyond_32_bits_are_what_the_first_are() {
    for gpu in gpus() {
        let rows = rows();
        let few = gpu.upload(&rows, &[ROWS, ROW]).unwrap();
        let many = gpu.upload(&rows.repeat(REPEATS), &[ROWS * REPEATS, ROW]).unwrap();
        let both = [&few, &many];
        let written = |x: &Buffer<f16>, kernel: &dyn Fn(&mut Buffer<f16>) -> Result<()>| {
            let mut y = gpu.zeros(x.shape())?;
            kernel(&mut y)?;
            Ok(y)
        };
        let row = gpu.upload(&rows[..ROW], &[ROW]).unwrap();
        let last = reduce::ReduceSettings { axes: vec![-1], ..Default::default() };
        let place = reduce::ArgSettings { axes: vec![-1], ..Default::default() };
        let first = random::TopKSettings { k: 3, ..Default::default() };
        judge("exp", both, |x| written(x, &|y| map::elementwise_exp(x, y)));
        judge("relu", both, |x| written(x, &|y| map::relu(x, y)));
        judge("gelu", both, |x| written(x, &|y| map::gelu_activation(x, y, 0)));
        judge("add", both, |x| written(x, &|y| map::vector_add(x, x, y, 1.0, 0.5)));
        judge("broadcast_add", both, |x| broadcast::broadcast_add(x, &row));
        judge("elementwise_multiply", both, |x| broadcast::elementwise_multiply(x, x));
        judge("softmax", both, |x| norm::softmax(x, &norm::SoftmaxSettings::default()));
        let layers = norm::LayerNormSettings::default();
        judge("layer_norm", both, |x| Ok(norm::layer_norm(x, None, None, &layers)?.y));
        judge("normalize", both, |x| reduce::normalize(x, &reduce::NormalizeSettings::default()));
        judge("reduce_sum", both, |x| reduce::reduce_sum(x, &last));
        judge("reduce_log_sum_exp", both, |x| reduce::reduce_log_sum_exp(x, &last));
        judge("arg_max", both, |x| reduce::arg_max(x, &place));
        judge("dot_product", both, |x| reduce::dot_product(x, x, &reduce::DotProductSettings::default()));
        judge("top_k", both, |x| Ok(random::top_k(x, &first)?.indices));
        judge("fp16_to_fp32", both, |x| tensor::fp16_to_fp32(x, None, &tensor::Fp16ToFp32Settings::default()));
    }
}

#[test]
#[ignore = "needs a GPU and a host with 40 GiB"]
fn places_and_words_beyond_32_bits_are_found() {
    for gpu in gpus() {
        let n = (1 << 32) + 5;
        let mut x = vec![f16::ZERO; n];
        x[n - 2] = f16::ONE;
        let x = gpu.upload(&x, &[n]).unwrap();
        let place = reduce::arg_max(&x, &reduce::ArgSettings::default()).unwrap();
        assert_eq!(place.download().unwrap(), [n as i64 - 2]);
        let sum = reduce::reduce_sum(&x, &reduce::ReduceSettings::default()).unwrap();
        assert_eq!(sum.download().unwrap(), [f16::ONE]);

        let table = x.reshaped(&[n / 3, 3]).unwrap();
        let last = gpu.upload(&[n as i64 / 3 - 1], &[1]).unwrap();
        let found = gather::embedding_lookup(&table, &last, &gather::EmbeddingLookupSettings::default()).unwrap();
        assert_eq!(found.download().unwrap(), [0.0, 1.0, 0.0].map(f16::from_f32));
        drop(table);

        let words = |shape: usize, offset: u64| {
            let settings = random::RandomUniformSettings { shape: vec![shape as u64], offset, ..Default::default() };
            random::random_uniform::<f32>(&gpu, &settings).unwrap().download().unwrap()
        };
        assert_eq!(words(n, 0)[n - 9..], words(9, n as u64 - 9));
    }
}
