//! The logarithmic derivative of the gamma function.

use prism_derive::kernel;
use prism_device::Real;
use prism_device::conformance::Case;

/// ψ(x) = Γ′(x)/Γ(x) of every element.
///
/// `x [n]` → `y [n]`. Within 4u·max(1, |ψ|) for x > 0, on a GPU by a logarithm and a polynomial in 1/x, of `f64` correctly
/// rounded at 1, 2, … 16; else evaluated in double precision, to a relative 1e-12 for x < 0 away from poles and zeros, and
/// rounded once. ψ(+0) = −∞, ψ(−0) = +∞, ψ(+∞) = +∞; NaN at −∞ and at negative integers. DLMF 5.4.16, 5.5.2, 5.5.4,
/// 5.11.2. O(n), no scratch.
#[kernel(
    operation,
    threads = n.div_ceil(8),
    block = [256, 128, 512, 1024],
    types(f32, f64),
    check(n = [0, 1, 2, 31, 33, 257, 1000, 4097, 20_000]),
    bench(n = 16_777_216),
    inputs = arguments,
    tolerance = NearOne(4.0),
)]
pub fn digamma<T: Real>(#[shape(n..)] x: &[T], #[shape(n..)] y: &mut [T]) {
    for i in 0..n {
        y[i] = T::nearest(digamma_f64(x[i].into()));
    }
}

/// The first are of every kind: poles, the root, integers, tiny and huge numbers among normal ones; the others are
/// positive, as counts are.
fn arguments(case: &mut Case) {
    const EDGES: [f64; 16] = [
        0.0,
        -0.0,
        -3.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1.461_632_144_968_362_2,
        1e-30,
        -1e-30,
        1.0,
        2.0,
        7.0,
        16.0,
        17.0,
        1e6,
        1e30,
    ];
    case.change("x", |x| {
        for (i, x) in x.iter_mut().enumerate() {
            *x = match i % 4 {
                _ if i >= 4096 => x.abs() * if i % 2 == 0 { 10.0 } else { 1000.0 },
                0 => EDGES[i / 4 % EDGES.len()],
                1 => x.abs() * 10.0,
                2 => (*x * 8.0).exp(),
                _ => *x,
            };
        }
    });
}

/// ψ at 1, 2, … 16, correctly rounded: −γ and the harmonic numbers.
const INTEGERS: [f64; 16] = [
    -0.577_215_664_901_532_9,
    0.422_784_335_098_467_13,
    0.922_784_335_098_467_1,
    1.256_117_668_431_800_5,
    1.506_117_668_431_800_5,
    1.706_117_668_431_800_5,
    1.872_784_335_098_467_2,
    2.015_641_477_955_61,
    2.140_641_477_955_61,
    2.251_752_589_066_721,
    2.351_752_589_066_721,
    2.442_661_679_975_812,
    2.525_995_013_309_145_3,
    2.602_918_090_232_222_4,
    2.674_346_661_660_793_6,
    2.741_013_328_327_460_5,
];

/// ψ(x), as [`digamma`] evaluates it on a CPU.
///
/// Correctly rounded at the integers to 16, within about one unit in the last place at greater ones.
///
/// ```
/// assert_eq!(prism_kernels::special::digamma_f64(4.0), 1.2561176684318005); // 1 + 1/2 + 1/3 − γ
/// ```
pub fn digamma_f64(x: f64) -> f64 {
    if x == 0.0 {
        return f64::INFINITY.copysign(-x);
    }
    if x > 0.0 {
        return positive(x);
    }
    let fraction = x - x.round_ties_even();
    // NaN at the poles, for NaN and for −∞; else the reflection.
    if fraction.abs() > 0.0 { positive(1.0 - x) - pi_cotangent(fraction) } else { f64::NAN }
}

fn positive(x: f64) -> f64 {
    if x <= 16.0 && x.fract() == 0.0 {
        return INTEGERS[x as usize - 1];
    }
    if x >= 10.0 {
        return asymptotic(x);
    }
    if x < 1.0 {
        return one_to_two(x) - 1.0 / x;
    }
    let (mut above_one, mut sum) = (x - 1.0, 0.0);
    while above_one > 1.0 {
        sum += 1.0 / above_one;
        above_one -= 1.0;
    }
    one_to_two(above_one) + sum
}

/// The root of ψ less one, in three parts: its leading 31 bits first.
const ROOT: [f64; 3] = [0.461_632_144_637_405_9, 3.309_564_689_176_888e-10, 2.057_400_066_611_132_2e-26];

/// ψ(1 + s) for s in [0, 1], to a relative 6e-17 before rounding: (s − root)·(Y + P/Q), the rational form of Boost.Math.
fn one_to_two(s: f64) -> f64 {
    const Y: f64 = 0.995_581_626_892_089_8;
    const P: [f64; 6] = [
        0.254_798_510_611_315_53,
        -0.325_550_311_868_044_9,
        -0.650_318_537_708_965_1,
        -0.289_191_264_447_747_84,
        -0.045_251_321_448_739_06,
        -0.002_071_332_116_774_595,
    ];
    const Q: [f64; 7] = [
        1.0,
        2.076_711_702_373_047,
        1.460_624_290_976_351_6,
        0.435_935_296_926_659_67,
        0.054_151_797_245_674_226,
        0.002_128_498_701_782_114_6,
        -5.578_984_121_367_551e-07,
    ];
    (s - ROOT[0] - ROOT[1] - ROOT[2]) * (Y + polynomial(s, &P) / polynomial(s, &Q))
}

/// ψ(x) for x ≥ 10: ln x − 1/2x − Σ B₂ₖ/(2k·x²ᵏ), whose first omitted term is below 4e-18.
fn asymptotic(x: f64) -> f64 {
    const BERNOULLI: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32760.0,
        1.0 / 12.0,
        -3617.0 / 8160.0,
    ];
    let w = 1.0 / x;
    let z = w * w;
    (-z).mul_add(polynomial(z, &BERNOULLI), (-0.5f64).mul_add(w, x.ln()))
}

/// π·cot(πr) for 0 < |r| ≤ 1/2: 1/r − 2r·Σ ζ(2k+2)·r²ᵏ, the 1 of every ζ summed to 1/(1 − r²). No library's tangent,
/// so every device agrees.
fn pi_cotangent(r: f64) -> f64 {
    const ZETA_LESS_ONE: [f64; 14] = [
        0.644_934_066_848_226_4,
        0.082_323_233_711_138_19,
        0.017_343_061_984_449_14,
        0.004_077_356_197_944_34,
        0.000_994_575_127_818_085_3,
        0.000_246_086_553_308_048_3,
        6.124_813_505_870_483e-05,
        1.528_225_940_865_187e-05,
        3.817_293_264_999_84e-06,
        9.539_620_338_727_962e-07,
        2.384_505_027_277_33e-07,
        5.960_818_905_125_948e-08,
        1.490_155_482_836_504_3e-08,
        3.725_334_024_788_457e-09,
    ];
    let z = r * r;
    (-2.0 * r).mul_add(1.0 / (1.0 - z) + polynomial(z, &ZETA_LESS_ONE), 1.0 / r)
}

/// Σ cₖ·zᵏ.
fn polynomial(z: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rfold(0.0f64, |sum, c| sum.mul_add(z, *c))
}

#[cfg(test)]
#[path = "digamma_tests.rs"]
mod tests;
