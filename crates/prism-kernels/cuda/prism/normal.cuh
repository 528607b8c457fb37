// The upper tail of the standard normal distribution, without a branch.
#pragma once
#include "prism/element.cuh"

namespace prism {

// 2ᵗ and 1/x of the hardware, within 2⁻²² of themselves; what is below 2⁻¹²⁶ is 0.
__device__ inline float exp2_flushed(float t) {
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(t));
    return power;
}

__device__ inline float reciprocal_flushed(float x) {
    float share;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(share) : "f"(x));
    return share;
}

// c[0]·qᴺ⁻¹ + … + c[N − 1].
template <int N>
__device__ float polynomial(const float (&c)[N], float q) {
    float sum = c[0];
#pragma unroll
    for (int i = 1; i < N; ++i) sum = fmaf(sum, q, c[i]);
    return sum;
}

// Q(z) = ½·erfc(z/√2) for z from 0 to 15, where it is 0 for elements of type T. Q(z)·exp(z²/2) is smooth: a polynomial
// in q = (z − k)/(z + k), which goes from −1 to 0.7, has it within 2⁻²⁶·⁶, or 2⁻¹⁵ for elements of 16 bits, of itself
// (weighted least squares at 400 Chebyshev points). The square's roundings cost 1.25·z² units of roundoff, all
// else 5.3.
template <typename T>
__device__ float normal_tail(float z) {
    const float power = exp2_flushed(z * z * -0.72134752f);
    if constexpr (sizeof(T) == 2) {
        constexpr float C[] = {-7.778645900e-3f, 3.114411349e-2f,  -7.195666376e-2f,
                               1.243475244e-1f,  -1.703758083e-1f, 9.441056492e-2f};
        return power * polynomial(C, fmaf(-8.0f, reciprocal_flushed(z + 4.0f), 1.0f));
    } else {
        constexpr float C[] = {5.306190002e-5f, 1.149103892e-4f,  -3.389177991e-4f, -9.831949982e-4f, 2.904352564e-3f,
                               6.131916417e-3f, -4.621325789e-2f, 1.232250434e-1f,  -2.064026207e-1f, 1.215139475e-1f};
        const float share = reciprocal_flushed(z + 3.0f), near = fmaf(-6.0f, share, 1.0f);
        // What is left of z − 3 after near·(z + 3) mends near.
        const float rest = fmaf(-near, z, fmaf(-3.0f, near + 1.0f, z));
        return power * polynomial(C, fmaf(rest, share, near));
    }
}

}  // namespace prism
