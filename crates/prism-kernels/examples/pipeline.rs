//! A stream of numbers through a kernel: while a chunk is computed, the next comes in and the one before goes out.
//!
//! `cargo run --release -p prism-kernels --example pipeline`

use prism_device::{Buffer, DeviceChoice, Error, Pinned, Pipeline};
use prism_kernels::map::sigmoid;

const CHUNK: usize = 1 << 22;

fn main() -> Result<(), Error> {
    let device = DeviceChoice::Auto.open()?.device;
    let pipeline = Pipeline::over(&device)?;

    // Who makes chunks takes pinned memory from the pipeline's pool; it is used again when its chunk has gone.
    let chunks = (0..32).map(|at| {
        let mut chunk: Pinned<f32> = pipeline.pool().take(&[CHUNK])?;
        chunk.fill(at as f32 / 8.0 - 2.0);
        Ok(chunk)
    });
    let compute = |x: &Buffer<f32>| {
        let mut y = device.zeros(x.shape())?;
        sigmoid(x, &mut y)?;
        Ok(y)
    };
    let mut sum = 0.0;
    let sink = |y: Pinned<f32>| {
        sum += f64::from(y[0]) * y.len() as f64;
        Ok::<_, Error>(())
    };
    let flow = pipeline.run(chunks, compute, sink, || false)?;

    println!("the sum of {} shares is {sum:.0}", flow.chunks * CHUNK as u64);
    println!(
        "{:.1} GB/s in and out, {:.0} % of the copies and kernels hidden",
        flow.bandwidth() / 1e9,
        100.0 * flow.overlap()
    );
    Ok(())
}
