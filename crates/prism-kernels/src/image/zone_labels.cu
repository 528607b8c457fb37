#include "prism/zones.cuh"

// One thread a pixel.
__device__ void zone_labels(const uint32_t* zone,  // [b, h, w]
                            const int32_t* rank,   // [b, h, w]
                            int32_t* labels,       // [b, h, w]
                            uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    labels[u] = zone[u] == prism::NO_ZONE ? 0 : rank[zone[u]];
}
