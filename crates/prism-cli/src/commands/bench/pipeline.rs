//! How fast a stream of data goes through a kernel: a pipeline from pinned memory, and the loop of upload, kernel, download.

use super::figures::Figures;
use anyhow::Result;
use prism_device::transfer::Flow;
use prism_device::{Buffer, Device, Error, Pinned, Pipeline};
use prism_kernels::map::relu;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// Elements of a chunk, 64 MiB.
const CHUNK: usize = 1 << 24;
/// Chunks through the pipeline, 8 GiB each way, and through the loop.
const CHUNKS: usize = 128;
const LOOPS: usize = 16;

/// Measures both on a GPU.
pub fn measure(device: &Device, figures: &mut Figures) -> Result<()> {
    if !device.is_cuda() {
        return figures.missing("pipeline", "copies that hide behind kernels are a GPU's");
    }
    let pipeline = Pipeline::over(device)?;
    // Sent again and again: what fills a chunk is not what is measured.
    let chunks = (0..4).map(|_| Ok(Arc::new(pipeline.pool().take(&[CHUNK])?))).collect::<Result<Vec<_>, Error>>()?;
    streamed(&pipeline, &chunks, CHUNKS / 8)?;
    let flow = streamed(&pipeline, &chunks, CHUNKS)?;
    looped(device, 2)?;
    let (both_ways, plain) = (flow.bandwidth() / 1e9, looped(device, LOOPS)?);
    let (overlap, gain) = (flow.overlap(), both_ways / plain);
    let line = format!(
        "pipeline: {both_ways:.1} GB/s in and out, overlap {overlap:.3}; {gain:.1} times the loop of upload, kernel, download, \
         {plain:.1} GB/s"
    );
    let more = json!({ "chunk_bytes": 4 * CHUNK, "chunks": CHUNKS, "plain_gb_per_s": plain,
        "uploading_s": flow.uploading, "computing_s": flow.computing, "downloading_s": flow.downloading, "seconds": flow.seconds });
    figures.group("pipeline", &[("gb_per_s", both_ways), ("overlap", overlap), ("times_plain", gain)], &line, more)
}

fn kernel(x: &Buffer<f32>) -> Result<Buffer<f32>, Error> {
    let mut y = x.device().zeros(x.shape())?;
    relu(x, &mut y)?;
    Ok(y)
}

fn streamed(pipeline: &Pipeline, chunks: &[Arc<Pinned<f32>>], count: usize) -> Result<Flow, Error> {
    let source = chunks.iter().cycle().take(count).map(|chunk| Ok(chunk.clone()));
    pipeline.run(source, kernel, |_: Pinned<f32>| Ok(()), || false)
}

/// Billions of bytes a second, both ways, of ordinary memory that is there already.
fn looped(device: &Device, count: usize) -> Result<f64, Error> {
    let (x, mut y) = (vec![1.0f32; CHUNK], vec![0.0; CHUNK]);
    let start = Instant::now();
    for _ in 0..count {
        kernel(&device.upload(&x, &[CHUNK])?)?.download_into(&mut y)?;
    }
    Ok((2 * 4 * CHUNK * count) as f64 / start.elapsed().as_secs_f64() / 1e9)
}
