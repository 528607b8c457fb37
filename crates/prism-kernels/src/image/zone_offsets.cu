#include "prism/zones.cuh"

// A block sums the counts of an image before each, 1024 at a time.
__device__ void zone_offsets(const uint32_t* counts,  // [b, s]
                             uint32_t* offsets,       // [b, s]
                             uint32_t* total,         // [b]
                             uint32_t b, uint32_t s) {
    __shared__ uint32_t sums[32];
    const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const size_t row = size_t(blockIdx.x) * s;
    uint32_t before = 0;
    for (uint32_t from = 0; from < s; from += 1024) {
        const uint32_t at = from + threadIdx.x, count = at < s ? counts[row + at] : 0;
        uint32_t within = count;
        for (unsigned step = 1; step < 32; step *= 2) {
            const uint32_t left = __shfl_up_sync(prism::FULL, within, step);
            if (lane >= step) within += left;
        }
        if (lane == 31) sums[warp] = within;
        __syncthreads();
        uint32_t all = 0, earlier = 0;
        for (uint32_t v = 0; v < 32; ++v) {
            if (v < warp) earlier += sums[v];
            all += sums[v];
        }
        if (at < s) offsets[row + at] = before + earlier + within - count;
        before += all;
        __syncthreads();
    }
    if (threadIdx.x == 0) total[blockIdx.x] = before;
}
