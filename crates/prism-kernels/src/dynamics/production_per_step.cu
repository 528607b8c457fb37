#include "prism/rows.cuh"

// A block a process.
template <typename T>
__device__ void production_per_step(const T* production,  // [b, s]
                                    const T* total,       // [b, s]
                                    T* sigma,             // [b]
                                    T* edges,             // [e, n, n]
                                    uint32_t b, uint32_t s, uint32_t e, uint32_t n) {
    __shared__ double shared;
    const uint64_t row = blockIdx.x, size = uint64_t(n) * n;
    if (row >= b) return;
    double produced = 0, steps = 0;
    for (uint32_t j = threadIdx.x; j < s; j += blockDim.x) {
        produced += double(production[row * s + j]);
        steps += double(total[row * s + j]);
    }
    produced = prism::block_sum(produced);
    steps = prism::block_sum_of_all(steps, &shared);
    if (threadIdx.x == 0) sigma[row] = T(produced / steps);
    for (uint64_t at = threadIdx.x; e > 0 && at < size; at += blockDim.x) {
        edges[row * size + at] = T(double(edges[row * size + at]) / steps);
    }
}
