//! Uniform numbers of a Philox stream.

use super::DRAWN;
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::philox::Philox;
use prism_device::{Element, Real};

/// A type that uniform numbers are drawn in.
pub trait Uniform: Element {
    /// Number `index` of a stream; floating-point ones from `lo` up to but without `hi`, words as they are.
    fn drawn(stream: Philox, index: u64, lo: f64, hi: f64) -> Self;
}

impl Uniform for u32 {
    fn drawn(stream: Philox, index: u64, _: f64, _: f64) -> Self {
        stream.word(index)
    }
}

impl Uniform for f32 {
    fn drawn(stream: Philox, index: u64, lo: f64, hi: f64) -> Self {
        within((stream.word(index) >> 8) as f32 * 2f32.powi(-24), lo as f32, hi as f32)
    }
}

impl Uniform for f64 {
    fn drawn(stream: Philox, index: u64, lo: f64, hi: f64) -> Self {
        within(stream.uniform(index), lo, hi)
    }
}

/// lo + (hi − lo)·u, or the next number below hi where that rounds to it.
fn within<T: Real>(u: T, lo: T, hi: T) -> T {
    let y = lo + (hi - lo) * u;
    if y < hi { y } else { -(-hi).next_above() }
}

/// Numbers `offset` to `offset` + n − 1 of a Philox stream, uniform in [lo, hi).
///
/// `y [n]`. `f32` number i is lo + (hi − lo)·(w ≫ 8)·2⁻²⁴ of word i; `f64` number i lo + (hi − lo)·(w ≫ 11)·2⁻⁵³ of words
/// 2i (low) and 2i + 1, both with every operation rounded in the element type, and the next number below hi where that
/// rounds to hi; `u32` number i is word i. Salmon et al. 2011. O(n); a block of the stream for 16 bytes.
#[kernel(
    threads = n.div_ceil(32 * DRAWN) * 32,
    block = [256, 128, 64],
    wide(n),
    types(f32, f64, u32),
    check(n = [0, 1, 2, 3, 31, 33, 255, 257, 1000, 1023, 1024, 1025, 5000], offset = [0, 1, 2, 3, 4_294_967_293]),
    bench(n = 268_435_456),
    bench(n = 268_435_453, offset = 3),
    inputs = interval,
    tolerance = Exact,
)]
pub fn philox_uniform<T: Uniform>(#[shape(n)] y: &mut [T], seed: u64, stream: u64, offset: u64, lo: f64, hi: f64) {
    let words = Philox::new(seed, stream);
    for (i, y) in y.iter_mut().enumerate() {
        *y = T::drawn(words, offset.wrapping_add(i as u64), lo, hi);
    }
}

/// An interval of which some numbers round to its end.
fn interval(case: &mut Case) {
    let (lo, hi) = if case.quantity("n").is_multiple_of(2) { (0.0, 1.0) } else { (1.0, 1.0 + 2f64.powi(-21)) };
    *case.value("lo") = Value::Scalar(lo.into());
    *case.value("hi") = Value::Scalar(hi.into());
    *case.value("seed") = Value::Scalar(0x0123_4567_89ab_cdef_u64.into());
    *case.value("stream") = Value::Scalar(0xfedc_ba98_7654_3210_u64.into());
}

#[cfg(test)]
mod tests {
    use super::{Uniform, philox_uniform, within};
    use prism_device::Device;

    fn drawn<T: Uniform>(n: usize, seed: u64, stream: u64, offset: u64) -> Vec<T> {
        let mut y = Device::cpu().zeros(&[n]).unwrap();
        philox_uniform(&mut y, seed, stream, offset, 0.0, 1.0).unwrap();
        y.download().unwrap()
    }

    /// The known-answer tests of Random123 for philox4x32-10, as blocks of a stream.
    #[test]
    fn words_are_the_published_ones() {
        let known = [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8];
        assert_eq!(drawn::<u32>(4, 0, 0, 0), known);
        // `Philox(number=4, width=32, counter=0, key=0).random_raw(6)`, randomgen 2.5.1: it begins with block 1.
        let known = [0xf8e4_cca4, 0x5cb2_00db, 0xb1a5_74eb, 0x097e_ff67, 0x04fa_a329, 0x51c7_32a6];
        assert_eq!(drawn::<u32>(6, 0, 0, 4), known);
        let (seed, stream) = (0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e);
        let known = [0xd16c_fe09_u32, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1];
        let block = 0x85a3_08d3_243f_6a88_u64;
        assert_eq!(prism_device::philox::Philox::new(seed, stream).block(block), known);
    }

    #[test]
    fn numbers_are_the_upper_bits_of_words() {
        let words = drawn::<u32>(14, 7, 9, 5);
        for (y, w) in drawn::<f32>(14, 7, 9, 5).iter().zip(&words) {
            assert_eq!(f64::from(*y), f64::from(w >> 8) / f64::from(1 << 24));
        }
        let words = drawn::<u32>(12, 7, 9, 6);
        for (y, w) in drawn::<f64>(6, 7, 9, 3).iter().zip(words.chunks(2)) {
            assert_eq!(*y, ((u64::from(w[1]) << 32 | u64::from(w[0])) >> 11) as f64 / 2f64.powi(53));
        }
    }

    #[test]
    fn what_rounds_to_the_end_becomes_the_number_below() {
        let last = 1.0 - 2f32.powi(-24);
        let hi = 1.0f32 + 2f32.powi(-21);
        assert_eq!(within(last, 1.0, hi), hi.next_down());
        assert_eq!(within(last, 1e8, 1e8 + 8.0), 1e8);
        assert_eq!(within(last, -1.0, 0.0), -(2f32.powi(-24)).next_up().next_down());
        assert_eq!(within(last, 0.0, 1.0), last);
        assert_eq!(within(0.0, -3.0, 1.0), -3.0);
    }
}
