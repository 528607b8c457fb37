#include "prism/exponential.cuh"
#include "prism/map.cuh"

template <typename T>
__device__ void elementwise_exp(const T* x,  // [n]
                                T* y,        // [n]
                                uint64_t n) {
    prism::map([](auto x) { return prism::As<T>::exponential(x); }, n, y, x);
}
