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
        if constexpr (sizeof(W) == 8) {
            return x == -infinity<W>() ? W(-0.0) : W(0.5) * x * erfc(x * W(-0.70710678118654752440));
        } else if constexpr (sizeof(T) == 2) {
            return by_power(x, near_power(x, x * x));
        } else {
            // max(x, −0) − |x|·Q(|x|).
            const float z = min(abs(x), 15.0f);
            return fmaf(-z, normal_tail(z), larger(x, -0.0f));
        }
    }

    // x·σ(2z), z = √(2/π)(x + 0.044715x³); −0 at −∞, its limit.
    static __device__ W gelu_by_tanh(W x) {
        if constexpr (sizeof(W) == 8) {
            const W z = W(0.79788456080286535588) * (x + W(0.044715) * x * x * x);
            return x == -infinity<W>() ? W(-0.0) : x * As<T>::logistic(2 * z);
        } else {
            return by_power(x, x * fmaf(x * x, -0.10294324f, -2.3022082f));
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
    // t with Φ(x) near 1/(1 + 2ᵗ): log₂(1/Φ(x) − 1)/x is even and smooth, a polynomial in q = x². Results of f16 are
    // within 1.4 + 0.4x² units of roundoff, of bf16 within 0.1 + 0.2x² (weighted minimax of |x| to 6 and to 11.6,
    // beyond which they are 0).
    static __device__ float near_power(float x, float q) {
        if constexpr (std::is_same_v<T, __half>) {
            constexpr float C[] = {-1.158721945e-5f, 1.363079236e-3f, -1.087411607e-1f, -2.299170058f};
            return x * polynomial(C, q);
        } else {
            constexpr float C[] = {-2.458363258e-10f, 9.975791652e-8f,  -1.603802780e-5f,
                                   1.397593990e-3f,   -1.084122426e-1f, -2.300613387f};
            return x * polynomial(C, q);
        }
    }

    // x/(1 + 2ᵗ), and −0 where x is −∞ or no number of T.
    static __device__ float by_power(float x, float t) {
        constexpr float LEAST = sizeof(T) == 2 ? -65504.0f : -3.4e38f;
        return larger(x, LEAST) * reciprocal_flushed(1 + exp2_flushed(t));
    }

    // The larger; NaN where one is.
    static __device__ float larger(float x, float y) {
        float larger;
        asm("max.NaN.f32 %0, %1, %2;" : "=f"(larger) : "f"(x), "f"(y));
        return larger;
    }
};

}  // namespace prism
