#include "prism/activation.cuh"
#include "prism/map.cuh"

template <typename T>
__device__ void gelu_activation(const T* x,  // [n]
                                T* y,        // [n]
                                uint32_t approximate, uint64_t n) {
    using Activation = prism::Activation<T>;
    prism::map([=](auto x) { return approximate ? Activation::gelu_by_tanh(x) : Activation::gelu(x); }, n, y, x);
}
