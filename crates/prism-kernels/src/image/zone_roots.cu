#include "prism/zones.cuh"

// One thread a pixel.
__device__ void zone_roots(const uint32_t* before,  // [b, h, w]
                           uint32_t* after,         // [b, h, w]
                           uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    after[u] = before[u] == prism::NO_ZONE ? prism::NO_ZONE : prism::settled_root(before, before[u]);
}
