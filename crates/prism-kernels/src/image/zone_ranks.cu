#include "prism/zones.cuh"

// A block numbers the roots among 1024 pixels of an image, a warp those of four times 32 in a row.
__device__ void zone_ranks(uint32_t* zone,           // [b, h, w]
                           const uint32_t* offsets,  // [b, (h * w).div_ceil(1024)]
                           uint32_t b, uint32_t h, uint32_t w) {
    __shared__ uint32_t sums[8];
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const uint32_t which = blockIdx.x / parts, base = which * pixels;
    const uint32_t first = blockIdx.x % parts * 1024 + warp * 128 + lane;
    unsigned roots[4];
    uint32_t sum = 0;
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k) {
        const uint32_t p = first + 32 * k;
        roots[k] = __ballot_sync(prism::FULL, p < pixels && zone[base + p] == base + p);
        sum += __popc(roots[k]);
    }
    if (lane == 0) sums[warp] = sum;
    __syncthreads();
    uint32_t before = offsets[blockIdx.x];
    for (uint32_t v = 0; v < warp; ++v) before += sums[v];
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k) {
        if (roots[k] >> lane & 1)
            zone[base + first + 32 * k] = prism::NUMBERED | (before + __popc(roots[k] & ((1u << lane) - 1)));
        before += __popc(roots[k]);
    }
}
