//! A mask of what to keep, as numbers to add.

use prism_derive::kernel;
use prism_device::Float;

/// 0 where `keep` is not 0, −∞ where it is: added to scores, it keeps or drops them.
///
/// `keep [n]` → `bias [n]`. O(n).
#[kernel(
    threads = n,
    block = [256, 128, 512, 1024],
    wide(n),
    types(f16, bf16, f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000]),
    bench(n = 67_108_864),
    inputs = some_dropped,
    tolerance = Exact,
)]
pub fn keep_bias<T: Float>(#[shape(n)] keep: &[u8], #[shape(n)] bias: &mut [T]) {
    for (bias, &keep) in bias.iter_mut().zip(keep) {
        *bias = T::nearest(if keep == 0 { f64::NEG_INFINITY } else { 0.0 });
    }
}

fn some_dropped(case: &mut prism_device::conformance::Case) {
    if let prism_device::conformance::Value::U8(_, keep) = case.value("keep") {
        keep.iter_mut().step_by(3).for_each(|keep| *keep = 0);
    }
}

#[cfg(test)]
mod tests {
    use super::keep_bias;
    use prism_device::Device;

    #[test]
    fn what_is_not_kept_is_minus_infinity() {
        let device = Device::cpu();
        let mut bias = device.zeros::<f32>(&[3]).unwrap();
        keep_bias(&device.upload(&[1u8, 0, 255], &[3]).unwrap(), &mut bias).unwrap();
        assert_eq!(bias.download().unwrap(), [0.0, f32::NEG_INFINITY, 0.0]);
    }
}
