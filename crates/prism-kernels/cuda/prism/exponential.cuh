// The exponential and the logistic function, within two and four unit roundoffs of the element type.
#pragma once
#include "prism/element.cuh"

namespace prism {

// eˣ by eˣ = 2ⁿ·eʳ, |r| ≤ ½ ln 2, with eʳ by its power series: the library's form is off by up to 2.1 units.
__device__ inline float exponential(float x) {
    const float bounded = min(max(x, -110.0f), 89.0f);  // beyond are 0 and infinity
    const float n = rintf(bounded * 1.44269504f);
    const float r = fmaf(n, -1.42860677e-6f, fmaf(n, -0.693145752f, bounded));
    float power = 1.0f / 5040;
    power = fmaf(power, r, 1.0f / 720);
    power = fmaf(power, r, 1.0f / 120);
    power = fmaf(power, r, 1.0f / 24);
    power = fmaf(power, r, 1.0f / 6);
    power = fmaf(power, r, 0.5f);
    power = fmaf(power, r, 1.0f);
    power = fmaf(power, r, 1.0f);
    // 2ⁿ in two factors: it may lie outside of the numbers where the product does not.
    const int half = int(n) >> 1, rest = int(n) - half;
    const float result = power * __int_as_float((half + 127) << 23) * __int_as_float((rest + 127) << 23);
    return x == x ? result : x;
}

__device__ inline double exponential(double x) { return exp(x); }

__device__ inline float near_reciprocal(float x) {
    float near;
    asm("rcp.approx.f32 %0, %1;" : "=f"(near) : "f"(x));
    return near;
}

// 1/x for x from 1 to 2.
__device__ inline float reciprocal(float x) {
    const float near = near_reciprocal(x);
    return fmaf(near, fmaf(-x, near, 1.0f), near);
}

__device__ inline double reciprocal(double x) { return 1 / x; }

// Both for elements of type T; f16 and bf16 do with a hundredth of their own roundoff.
template <typename T>
struct As {
    static __device__ computed<T> exponential(computed<T> x) {
        if constexpr (sizeof(T) == 2)
            return __expf(x);
        else
            return prism::exponential(x);
    }

    static __device__ computed<T> reciprocal(computed<T> x) {
        if constexpr (sizeof(T) == 2)
            return near_reciprocal(x);
        else
            return prism::reciprocal(x);
    }

    // 1/(1 + e⁻ˣ); for negative x eˣ/(1 + eˣ).
    static __device__ computed<T> logistic(computed<T> x) {
        const computed<T> e = exponential(-abs(x)), share = reciprocal(1 + e);
        return x < 0 ? e * share : share;
    }
};

}  // namespace prism
