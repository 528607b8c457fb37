#include "prism/reduce.cuh"

// A warp a system.
template <typename T>
__device__ void coherence(const double* moments,  // [b, parts, 2]
                          T* r,                   // [b, s]
                          uint32_t step, uint64_t count, uint32_t b, uint32_t parts, uint32_t s) {
    const uint64_t system = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (system >= b) return;
    double across = 0, up = 0;
    for (uint32_t p = threadIdx.x % 32; p < parts; p += 32) {
        across += moments[(system * parts + p) * 2];
        up += moments[(system * parts + p) * 2 + 1];
    }
    across = prism::warp_sum(across);
    up = prism::warp_sum(up);
    if (threadIdx.x % 32 == 0) r[system * s + step] = T(hypot(across, up) / double(count));
}
