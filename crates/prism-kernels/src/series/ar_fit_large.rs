//! Autoregressions of any order.

use super::ar_fit::{ar_fit_reference, recordings};
use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// The numbers of scratch of a series: two matrices of the normal equations, vectors, and the errors of Burg's recursion.
pub(super) fn words(p: u64, t: u64) -> u64 {
    let width = p + 1;
    2 * width * width + 6 * width + 2 * t
}

/// Autoregressive model of every series and its forecast, of whatever order.
///
/// As [`ar_fit`](super::ar_fit()), with matrices in `scratch [g, s]`, s ≥ 2(p + 1)² + 6(p + 1) + 2t, which must be zeros and
/// is left so. A block a series, g at a time: O(b·(t·p + p³)), without the cube where `fit` ≥ 1.
#[kernel(
    threads = b.min(g) * 256,
    block = [256],
    requires(
        p >= 1, t >= 2 * p + 2, fit <= 3, trend <= 1, bg == 1 || bg == b, g >= 1 || b == 0, s >= words(p, t)
    ),
    wide(s),
    types(f32, f64),
    check(
        b = [6, 0], t = [257, 1025], h = [0, 45], p = [1, 25, 40], bg = [1, 6], g = [2, 7], s = [5_658], fit = [0, 1, 2, 3],
        trend = [0, 1]
    ),
    bench(b = 10_000, t = 1_000, h = 10, p = 32, bg = 1, g = 1_024, s = 4_376, fit = 0, trend = 1),
    bench(b = 10_000, t = 1_000, h = 10, p = 32, bg = 1, g = 1_024, s = 4_376, fit = 2, trend = 1),
    inputs = large_recordings,
    tolerance = NearOne(16_384.0),
)]
#[allow(clippy::too_many_arguments)]
pub fn ar_fit_large<T: Real>(
    #[shape(b, t)] y: &[T],
    #[shape(bg, p + 1)] given: &[T],
    #[shape(b, h)] forecast: &mut [T],
    #[shape(b, h)] se: &mut [T],
    #[shape(b, p + 1)] coef: &mut [T],
    #[shape(b)] sigma2: &mut [T],
    #[shape(b)] status: &mut [u32],
    #[inout]
    #[shape(g, s)]
    scratch: &mut [f64],
    p: u32,
    fit: u32,
    trend: u32,
) {
    let _ = scratch;
    ar_fit_reference(y, given, forecast, se, coef, sigma2, status, p, fit, trend, b, t, bg, h);
}

fn large_recordings(case: &mut Case) {
    case.change("scratch", |scratch| scratch.fill(0.0));
    recordings(case);
}

#[cfg(test)]
mod tests {
    use crate::series::ar_tests::{SUNSPOTS, near, of, upload};
    use crate::series::{Fit, Trend, ar_forecast};
    use approx::assert_relative_eq;

    /// c, φ₁, φ₂, φ₁₅, φ₃₀ and Σ|cᵢ| of `AutoReg(y, 30, trend=…).fit()`, `yule_walker(y, 30, method="mle", demean=…)` and
    /// `burg(y, 30, demean=…)`, statsmodels 0.15.0.
    #[test]
    fn orders_beyond_a_warp_equal_statsmodels() {
        let known = [
            (
                Fit::Ols,
                Trend::C,
                [
                    7.928_258_555_724_076,
                    1.143_370_156_360_929,
                    -0.367_183_533_718_219_66,
                    -0.039_452_365_944_763_91,
                    0.029_033_721_509_421_56,
                    12.319_162_114_273_526,
                ],
                202.757_364_085_852_54,
            ),
            (
                Fit::Ols,
                Trend::N,
                [
                    0.0,
                    1.165_885_107_270_672,
                    -0.373_777_720_701_648_83,
                    -0.038_866_974_946_034_58,
                    0.052_369_105_605_571_065,
                    4.481_019_712_317_403,
                ],
                207.307_946_976_087_9,
            ),
            (
                Fit::YuleWalker,
                Trend::C,
                [
                    8.034_069_199_264_46,
                    1.136_666_968_940_425_4,
                    -0.354_733_065_615_104_3,
                    -0.030_455_140_691_788_195,
                    0.022_017_239_862_887_117,
                    11.997_805_075_314_362,
                ],
                214.238_416_801_427_32,
            ),
            (
                Fit::YuleWalker,
                Trend::N,
                [
                    0.0,
                    1.218_236_643_677_601_7,
                    -0.387_501_592_569_551_8,
                    -0.038_032_847_084_190_524,
                    0.011_897_220_555_558_868,
                    4.422_223_042_656_81,
                ],
                212.553_083_950_452_2,
            ),
            (
                Fit::Burg,
                Trend::C,
                [
                    7.504_932_504_391_18,
                    1.147_095_237_665_59,
                    -0.364_278_776_521_962_7,
                    -0.034_511_929_880_333_71,
                    0.025_128_940_544_836_848,
                    11.870_113_378_744_85,
                ],
                197.865_088_272_547_78,
            ),
            (
                Fit::Burg,
                Trend::N,
                [
                    0.0,
                    1.173_407_906_095_560_4,
                    -0.371_368_606_697_080_05,
                    -0.034_240_497_332_407_895,
                    0.047_873_167_417_442_59,
                    4.448_664_097_173_236_5,
                ],
                202.299_014_459_791_52,
            ),
        ];
        for (fit, trend, expected, variance) in known {
            let out = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(30, 1, trend, fit)).unwrap();
            let coef = out.coef.download().unwrap();
            let mut found = [0, 1, 2, 15, 30].map(|i| coef[i]).to_vec();
            found.push(coef.iter().map(|c| c.abs()).sum());
            near(&upload(&found, 1), &expected, 1e-9);
            near(&out.sigma2, &[variance], 1e-9);
        }
        let out = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(30, 40, Trend::C, Fit::Ols)).unwrap();
        let (forecast, se) = (out.forecast.download().unwrap(), out.se.download().unwrap());
        for (step, expected, error) in [
            (0, 23.700_027_285_228_82, 14.239_289_451_579_126),
            (9, -5.300_394_270_983_593, 27.121_903_303_410_45),
            (39, 32.020_318_186_570_05, 37.927_388_204_322_85),
        ] {
            assert_relative_eq!(forecast[step], expected, max_relative = 1e-8);
            assert_relative_eq!(se[step], error, max_relative = 1e-8);
        }
    }
}
