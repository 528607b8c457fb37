// What a linear map is followed by: each function for elements of type T, by As<T>'s exponential and logistic function.
#pragma once
#include "prism/exponential.cuh"
#include "prism/normal.cuh"
#include "prism/warp.cuh"

namespace prism {

template <typename T>
struct Activation {
    using W = computed<T>;

    // ½x·erfc(−x/√2); −0 at −∞, its limit.
    static __device__ W gelu(W x) {
        if constexpr (sizeof(W) == 8)
            return x == -infinity<W>() ? W(-0.0) : W(0.5) * x * erfc(x * W(-0.70710678118654752440));
        else {
            // max(x, −0) − |x|·Q(|x|).
            const float z = min(abs(x), 15.0f);
            return fmaf(-z, normal_tail<T>(z), larger(x, -0.0f));
        }
    }

    // x·σ(2z), z = √(2/π)(x + 0.044715x³); −0 at −∞, its limit.
    static __device__ W gelu_by_tanh(W x) {
        if constexpr (sizeof(W) == 8) {
            const W z = W(0.79788456080286535588) * (x + W(0.044715) * x * x * x);
            return x == -infinity<W>() ? W(-0.0) : x * As<T>::logistic(2 * z);
        } else {
            constexpr float LEAST = sizeof(T) == 2 ? -65504.0f : -3.4e38f;  // so that −∞ gives −0
            const float power = exp2_flushed(x * fmaf(x * x, -0.10294324f, -2.3022082f));
            return larger(x, LEAST) * reciprocal_flushed(1 + power);
        }
    }

    // x·σ(x); −0 at −∞, its limit.
    static __device__ W silu(W x) { return x == -infinity<W>() ? W(-0.0) : x * As<T>::logistic(x); }

    // The activation of that number: none, relu, gelu, gelu by tanh, sigmoid, tanh, silu.
    static __device__ W of(W x, uint32_t activation) {
        switch (activation) {
            case 1:
                return x < 0 ? W(0) : x;
            case 2:
                return gelu(x);
            case 3:
                return gelu_by_tanh(x);
            case 4:
                return As<T>::logistic(x);
            case 5:
                return ::tanh(x);
            case 6:
                return silu(x);
            default:
                return x;
        }
    }

  private:
    // The larger; NaN where one is.
    static __device__ float larger(float x, float y) {
        float larger;
        asm("max.NaN.f32 %0, %1, %2;" : "=f"(larger) : "f"(x), "f"(y));
        return larger;
    }
};

}  // namespace prism
