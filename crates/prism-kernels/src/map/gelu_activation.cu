#include "prism/exponential.cuh"
#include "prism/map.cuh"
#include "prism/warp.cuh"

namespace prism {

// ½x·erfc(−x/√2), or x·σ(2z) with z = √(2/π)(x + 0.044715x³).
template <typename T, typename W>
__device__ W gelu(W x, bool by_tanh) {
    if (x == -infinity<W>()) return W(-0.0);
    if (!by_tanh) return W(0.5) * x * erfc(x * W(-0.70710678118654752440));
    const W z = W(0.79788456080286535588) * (x + W(0.044715) * x * x * x);
    return x * As<T>::logistic(2 * z);
}

}  // namespace prism

template <typename T>
__device__ void gelu_activation(const T* x,  // [n]
                                T* y,        // [n]
                                uint32_t approximate, uint64_t n) {
    prism::map([=](auto x) { return prism::gelu<T>(x, approximate); }, n, y, x);
}
