#include "prism/zones.cuh"

// One thread a pixel; the first pixel of each zone speaks for it.
__device__ void seed_leaders(const uint32_t* zone,   // [b, h, w]
                             const uint32_t* label,  // [b, h, w]
                             uint32_t* leader,       // [b, h, w]
                             uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w || zone[u] != u || label[u] == 0) return;
    const uint32_t base = u / (h * w) * h * w;
    atomicMax(leader + base + (~label[u] - 1), ~uint32_t(u));
}
