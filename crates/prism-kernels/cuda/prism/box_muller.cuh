// Box and Muller's two normal numbers from two uniform ones, within a few units of roundoff of the larger of them
// and 1.
#pragma once
#include <cstdint>

namespace prism {

// Sine and cosine where the turn's nearest quarter leaves s and c of the rest; `quarters` has that in its upper two
// bits.
__device__ inline float2 turned(float s, float c, uint32_t quarters) {
    const bool is_odd = quarters & 0x40000000u;
    const uint32_t sign_of_s = quarters & 0x80000000u, sign_of_c = (quarters + 0x40000000u) & 0x80000000u;
    return make_float2(__uint_as_float(__float_as_uint(is_odd ? c : s) ^ sign_of_s),
                       __uint_as_float(__float_as_uint(is_odd ? s : c) ^ sign_of_c));
}

__device__ inline double2 turned(double s, double c, uint32_t quarters) {
    const bool is_odd = quarters & 0x40000000u;
    const uint32_t sign_of_s = quarters & 0x80000000u, sign_of_c = (quarters + 0x40000000u) & 0x80000000u;
    const double x = is_odd ? c : s, y = is_odd ? s : c;
    return make_double2(__hiloint2double(__double2hiint(x) ^ sign_of_s, __double2loint(x)),
                        __hiloint2double(__double2hiint(y) ^ sign_of_c, __double2loint(y)));
}

// Sine and cosine of (word + ½)·2⁻³² turns.
__device__ inline float2 of_turns(uint32_t word) {
    constexpr float TURN = 6.28318531f;
    // An eighth of a turn on either side of a quarter, in units of 2⁻³⁴ turns.
    const float t = fmaf(float(int32_t(word << 2)), TURN * 0x1p-34f, TURN * 0x1p-33f), square = t * t;
    const float odd = fmaf(fmaf(square, -1.95152959e-4f, 8.33216087e-3f), square, -1.66666546e-1f);
    const float even = fmaf(fmaf(square, 2.44331571e-5f, -1.38873162e-3f), square, 4.16666457e-2f);
    const float s = fmaf(t * square, odd, t), c = fmaf(fmaf(even, square, -0.5f), square, 1.0f);
    return turned(s, c, word + 0x20000000u);
}

// Series of FreeBSD's msun, as constants of the device: a double is none of an instruction's.
__constant__ double SINE[6] = {1.58969099521155010221e-10, -2.50507602534068634195e-8, 2.75573137070700676789e-6,
                               -1.98412698298579493134e-4, 8.33333333332248946124e-3,  -1.66666666666666324348e-1};
__constant__ double COSINE[6] = {-1.13596475577881948265e-11, 2.08757232129817482790e-9,  -2.75573143513906633035e-7,
                                 2.48015872894767294178e-5,   -1.38888888888741095749e-3, 4.16666666666666019037e-2};
__constant__ double LOGARITHM[7] = {1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1,
                                    2.222219843214978396e-1, 2.857142874366239149e-1, 3.999999999940941908e-1,
                                    6.666666666666735130e-1};

template <int N>
__device__ double series(const double (&factors)[N], double x) {
    double sum = factors[0];
#pragma unroll
    for (int k = 1; k < N; ++k) sum = fma(sum, x, factors[k]);
    return sum;
}

// The same of (bits + ½)·2⁻⁵³ turns.
__device__ inline double2 of_turns(uint64_t bits) {
    const uint64_t word = bits << 11 | 1 << 10;
    const double t = double(int64_t(word << 2)) * (6.283185307179586 * 0x1p-66), square = t * t;
    const double s = fma(t * square, series(SINE, square), t);
    const double c = fma(fma(series(COSINE, square), square, -0.5), square, 1.0);
    return turned(s, c, uint32_t(word >> 32) + 0x20000000u);
}

// √(−2 ln u) of u = (word + ½)·2⁻³². Near 1 the digits are in a = 1 − u, of which the logarithm is a series.
__device__ inline float radius(uint32_t word) {
    const bool is_near = word >= 0xf0000000u;
    const float u = fmaf(float(is_near ? ~word : word), 0x1p-32f, 0x1p-33f);
    float root, log2, twice = fmaf(u, 2.0f / 5, 1.0f / 2);
    twice = fmaf(twice, u, 2.0f / 3);
    twice = fmaf(twice, u, 1.0f);
    twice = u * fmaf(twice, u, 2.0f);
    asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(log2) : "f"(u));
    asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(is_near ? twice : -1.38629436f * log2));
    return root;
}

// 1/x for x around 2, and √x for normal x: the device's 20 bits, and the first terms of the series in what they lack.
__device__ inline double near_reciprocal(double x) {
    double near;
    asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(near) : "d"(x));
    const double lack = fma(-x, near, 1.0);
    return fma(near, fma(lack, lack, lack), near);
}

__device__ inline double near_root(double x) {
    double inverse;
    asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(inverse) : "d"(x));
    const double near = x * inverse, lack = fma(-near, inverse, 1.0);
    return fma(near * lack, fma(lack, 0.375, 0.5), near);
}

// The same of u = (bits + ½)·2⁻⁵³: ln u = e ln 2 + 2 artanh s, u = 2ᵉm, s = (m − 1)/(m + 1), as in FreeBSD's msun.
__device__ inline double radius(uint64_t bits) {
    const bool is_near = uint32_t(bits >> 21) >= 0xb5000000u;  // ½√2
    const double u = fma(double(int64_t(is_near ? ~bits & 0x1fffffffffffff : bits)), 0x1p-53, 0x1p-54);
    const uint32_t high = __double2hiint(u) + (0x3ff00000 - 0x3fe6a09e);
    const double m = __hiloint2double((high & 0xfffff) + 0x3fe6a09e, __double2loint(u));
    const double over = is_near ? -u : m - 1, e = is_near ? 0 : int32_t(high >> 20) - 0x3ff;
    const double s = over * near_reciprocal(over + 2), square = s * s;
    return near_root(fma(-2 * s, fma(series(LOGARITHM, square), square, 2.0), e * -1.3862943611198906));
}

}  // namespace prism
