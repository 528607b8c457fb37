#include "prism/zones.cuh"

// One thread a pixel. Labels and costs are kept as complements, so that zeros are none and the greatest is the least.
__device__ void seed_zones(const int32_t* seeds,  // [b, h, w]
                           const uint32_t* zone,  // [b, h, w]
                           uint32_t* label,       // [b, h, w]
                           uint32_t* cost,        // [b, h, w]
                           uint32_t* fault,       // [1]
                           uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w || seeds[u] == 0) return;
    if (seeds[u] < 0 || uint32_t(seeds[u]) > h * w) {
        *fault = 1;
        return;
    }
    atomicMax(label + zone[u], ~uint32_t(seeds[u]));
    cost[zone[u]] = ~0u;
}
