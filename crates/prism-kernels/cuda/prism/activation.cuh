// What a linear map is followed by: each function for elements of type T, by As<T>'s exponential and logistic function.
#pragma once
#include "prism/exponential.cuh"
#include "prism/warp.cuh"

namespace prism {

template <typename T>
struct Activation {
    using W = computed<T>;

    // ½x·erfc(−x/√2); −0 at −∞, its limit.
    static __device__ W gelu(W x) {
        return x == -infinity<W>() ? W(-0.0) : W(0.5) * x * erfc(x * W(-0.70710678118654752440));
    }

    // x·σ(2z), z = √(2/π)(x + 0.044715x³); −0 at −∞, its limit.
    static __device__ W gelu_by_tanh(W x) {
        const W z = W(0.79788456080286535588) * (x + W(0.044715) * x * x * x);
        return x == -infinity<W>() ? W(-0.0) : x * As<T>::logistic(2 * z);
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
};

}  // namespace prism
