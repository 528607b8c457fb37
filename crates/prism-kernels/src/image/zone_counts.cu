#include "prism/zones.cuh"

// A block counts the roots among 1024 pixels of an image.
__device__ void zone_counts(const uint32_t* zone,  // [b, h, w]
                            uint32_t* counts,      // [b, (h * w).div_ceil(1024)]
                            uint32_t b, uint32_t h, uint32_t w) {
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024;
    const uint32_t which = blockIdx.x / parts, p = blockIdx.x % parts * 1024 + threadIdx.x;
    const uint32_t u = which * pixels + p;
    const int roots = __syncthreads_count(p < pixels && zone[u] == u);
    if (threadIdx.x == 0) counts[blockIdx.x] = roots;
}
