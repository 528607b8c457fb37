//! Attention of four heads over random queries, keys and values, all on one device.

use prism_device::{Buffer, DeviceChoice, Result};
use prism_kernels::attention::{MultiHeadAttentionSettings, multi_head_attention};
use prism_kernels::random::{RandomNormalSettings, random_normal};

fn main() -> Result<()> {
    let device = DeviceChoice::Auto.open()?.device;
    let random = |stream| -> Result<Buffer<f32>> {
        // One batch, 4 heads, 256 positions, 64 numbers each.
        random_normal(&device, &RandomNormalSettings { shape: vec![1, 4, 256, 64], stream, ..Default::default() })
    };
    let (q, k, v) = (random(0)?, random(1)?, random(2)?);

    let settings = MultiHeadAttentionSettings { causal: true, ..Default::default() };
    let attended = multi_head_attention(&q, &k, &v, None, None, None, None, None, &settings)?;
    let [values, first] = [&attended.o, &v].map(Buffer::download);
    println!("{:?}, the first query sees its own key only: {}", attended.o.shape(), values?[..64] == first?[..64]);

    let wrong = multi_head_attention(&q, &k.reshaped(&[1, 8, 128, 64])?, &v, None, None, None, None, None, &settings);
    println!("{}", wrong.unwrap_err());
    Ok(())
}
