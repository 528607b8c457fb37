#include "prism/element.cuh"
#include "prism/warp.cuh"

template <typename T>
__device__ void keep_bias(const uint8_t* keep,  // [n]
                          T* bias,              // [n]
                          uint64_t n) {
    using W = prism::computed<T>;
    const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < n) bias[i] = prism::narrow<T>(keep[i] ? W(0) : -prism::infinity<W>());
}
