#include "prism/zones.cuh"

// One thread a pixel.
__device__ void zone_drop(const uint32_t* zone,  // [b, h, w]
                          const uint32_t* area,  // [b, h, w]
                          uint32_t* kept,        // [b, h, w]
                          uint32_t min_size, uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    const uint32_t of = zone[u];
    kept[u] = of == prism::NO_ZONE || area[of] < min_size ? prism::NO_ZONE : of;
}
