#include "prism/zones.cuh"

// One thread a pixel; the lanes of a warp with one zone count together.
__device__ void zone_areas(const uint32_t* zone,  // [b, h, w]
                           uint32_t* area,        // [b, h, w]
                           uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint32_t of = u < uint64_t(b) * h * w ? zone[u] : prism::NO_ZONE;
    const unsigned together = __match_any_sync(prism::FULL, of);
    if (of != prism::NO_ZONE && threadIdx.x % 32 == __ffs(together) - 1) atomicAdd(area + of, __popc(together));
}
