#include "prism/zones.cuh"

// A block numbers the roots among 1024 pixels of an image.
__device__ void zone_ranks(const uint32_t* zone,     // [b, h, w]
                           const uint32_t* offsets,  // [b, (h * w).div_ceil(1024)]
                           int32_t* rank,            // [b, h, w]
                           uint32_t b, uint32_t h, uint32_t w) {
    __shared__ uint32_t roots[32];
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024, warp = threadIdx.x / 32;
    const uint32_t which = blockIdx.x / parts, p = blockIdx.x % parts * 1024 + threadIdx.x;
    const uint32_t u = which * pixels + p;
    const bool root = p < pixels && zone[u] == u;
    const unsigned among = __ballot_sync(prism::FULL, root);
    if (threadIdx.x % 32 == 0) roots[warp] = __popc(among);
    __syncthreads();
    if (p >= pixels) return;
    uint32_t before = offsets[blockIdx.x] + __popc(among & ((1u << threadIdx.x % 32) - 1));
    for (uint32_t v = 0; v < warp; ++v) before += roots[v];
    rank[u] = root ? before + 1 : 0;
}
