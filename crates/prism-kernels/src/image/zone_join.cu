#include "prism/zones.cuh"

// One thread a pixel; those that had a target join it.
__device__ void zone_join(const uint64_t* target,  // [b, h, w]
                          const uint32_t* before,  // [b, h, w]
                          uint32_t* after,         // [b, h, w]
                          uint32_t* changed,       // [1]
                          uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w || target[u] == 0) return;
    if (prism::hook(before, after, u, uint32_t(~target[u]))) *changed = 1;
}
