#include "prism/zones.cuh"

// A block sums the counts of an image before each, eight in a row a thread.
__device__ void zone_offsets(const uint32_t* counts,  // [b, s]
                             uint32_t* offsets,       // [b, s]
                             uint32_t* total,         // [b]
                             uint32_t b, uint32_t s) {
    __shared__ uint32_t sums[32];
    const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const size_t row = size_t(blockIdx.x) * s;
    uint32_t before = 0;
    for (uint32_t from = 0; from < s; from += 8192) {
        const uint32_t first = from + 8 * threadIdx.x;
        uint32_t count[8], own = 0;
#pragma unroll
        for (uint32_t k = 0; k < 8; ++k) own += count[k] = first + k < s ? counts[row + first + k] : 0;
        uint32_t within = own;
        for (unsigned step = 1; step < 32; step *= 2) {
            const uint32_t left = __shfl_up_sync(prism::FULL, within, step);
            if (lane >= step) within += left;
        }
        if (lane == 31) sums[warp] = within;
        __syncthreads();
        uint32_t all = 0, earlier = before + within - own;
        for (uint32_t v = 0; v < 32; ++v) {
            if (v < warp) earlier += sums[v];
            all += sums[v];
        }
#pragma unroll
        for (uint32_t k = 0; k < 8; ++k) {
            if (first + k < s) offsets[row + first + k] = earlier;
            earlier += count[k];
        }
        before += all;
        __syncthreads();
    }
    if (threadIdx.x == 0) total[blockIdx.x] = before;
}
