#include "prism/digamma.cuh"

// One thread an element.
template <typename T>
__device__ void digamma(const T* x,  // [n]
                        T* y,        // [n]
                        uint32_t n) {
    const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < n) y[i] = T(prism::digamma(double(x[i])));
}
