#include "prism/stream.cuh"

namespace prism {

// √(−2 ln u) of u = (word + ½)·2⁻³²: near 1 by the series in 1 − u, which u itself would have lost the digits of.
__device__ inline float radius(uint32_t word) {
    const float u = fmaf(float(word), 0x1p-32f, 0x1p-33f), a = fmaf(float(~word), 0x1p-32f, 0x1p-33f);
    float series = 1 / 7.0f;
#pragma unroll
    for (int k = 6; k >= 1; --k) series = fmaf(series, a, 1.0f / k);
    const float twice = 2 * (a < 0.125f ? a * series : -__logf(u));
    float root;
    asm("sqrt.approx.f32 %0, %1;" : "=f"(root) : "f"(twice));
    return root;
}

// Two standard normal numbers from two words; the angle is taken from −½ to ½ turn, where it has the most digits.
__device__ inline float2 normals(uint32_t first, uint32_t second) {
    float s, c;
    sincospif(fmaf(float(int32_t(second)), 0x1p-31f, 0x1p-32f), &s, &c);
    const float r = radius(first);
    return make_float2(r * s, r * c);
}

__device__ inline uint4 normals(uint4 w, float mu, float sigma) {
    const float2 a = normals(w.x, w.y), b = normals(w.z, w.w);
    return make_uint4(__float_as_uint(fmaf(sigma, a.x, mu)), __float_as_uint(fmaf(sigma, a.y, mu)),
                      __float_as_uint(fmaf(sigma, b.x, mu)), __float_as_uint(fmaf(sigma, b.y, mu)));
}

__device__ inline uint4 normals(uint4 w, double mu, double sigma) {
    const double u = fma(double((uint64_t(w.y) << 32 | w.x) >> 11), 0x1p-53, 0x1p-54);
    const double v = fma(double((uint64_t(w.w) << 32 | w.z) >> 11), 0x1p-53, 0x1p-54);
    double s, c;
    sincospi(2 * v, &s, &c);
    const double r = sqrt(-2 * log(u)), a = fma(sigma, r * s, mu), b = fma(sigma, r * c, mu);
    return make_uint4(__double2loint(a), __double2hiint(a), __double2loint(b), __double2hiint(b));
}

}  // namespace prism

template <typename T>
__device__ void philox_normal(T* y,  // [n]
                              uint64_t seed, uint64_t stream, uint64_t offset, double mu, double sigma, uint64_t n) {
    prism::draw(prism::Philox{seed, stream}, offset, n, y,
                [&](uint4 words) { return prism::normals(words, T(mu), T(sigma)); });
}
