#include "prism/weights.cuh"

// A warp an output of eight rows of x.
template <typename T>
__device__ void gate_drive(const T* x,     // [m, k]
                           const T* w,     // [g, k]
                           const T* bias,  // [a]
                           T* drive,       // [m, g]
                           uint32_t m, uint32_t k, uint32_t g, uint32_t a) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32, column = warp % g;
    const uint64_t first = warp / g * 8;
    if (first >= m) return;
    const uint32_t lane = threadIdx.x % 32, count = min(uint64_t(8), m - first);
    T sum[8] = {}, mine = 0;
    prism::Weights<T>::add_dense(sum, w + column * k, k, x + first * k, k, count);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const T all = prism::warp_sum(sum[i]);
        if (lane == i) mine = all;
    }
    if (lane < count) drive[(first + lane) * g + column] = mine + (a ? bias[column] : T(0));
}
