#include "prism/zones.cuh"

// One thread a pixel.
__device__ void zone_shortcut(const uint32_t* before,  // [b, h, w]
                              uint32_t* after,         // [b, h, w]
                              uint32_t* changed,       // [1]
                              uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    const uint32_t parent = before[u], root = parent == prism::NO_ZONE ? parent : before[parent];
    after[u] = root;
    if (root != parent) *changed = 1;
}
