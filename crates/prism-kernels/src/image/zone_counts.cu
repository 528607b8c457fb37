#include "prism/zones.cuh"

// A block counts the roots among 1024 pixels of an image.
__device__ void zone_counts(const uint32_t* zone,  // [b, h, w]
                            uint32_t* counts,      // [b, (h * w).div_ceil(1024)]
                            uint32_t b, uint32_t h, uint32_t w) {
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024;
    const uint32_t which = blockIdx.x / parts, first = blockIdx.x % parts * 1024, base = which * pixels;
    int roots = 0;
#pragma unroll
    for (uint32_t p = first + threadIdx.x; p < first + 1024; p += 256)
        roots += p < pixels && zone[base + p] == base + p;
    roots = __reduce_add_sync(prism::FULL, roots);
    __shared__ int sums[8];
    if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = roots;
    __syncthreads();
    if (threadIdx.x == 0) {
        int sum = 0;
        for (int v = 0; v < 8; ++v) sum += sums[v];
        counts[blockIdx.x] = sum;
    }
}
