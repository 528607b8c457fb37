#include <cstdint>

#include "prism/scan.cuh"

// One block: a thread counts 32 words, the counts are summed in order.
__device__ void spike_starts(const uint32_t* spikes,  // [r, w]
                             uint64_t* starts,        // [r * ⌈w/32⌉ + 1]
                             uint64_t* total,         // [1]
                             uint32_t r, uint32_t w) {
    __shared__ uint32_t sums[32];
    const uint32_t parts = (uint64_t(w) + 31) / 32, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const uint64_t groups = uint64_t(r) * parts;
    uint64_t before = 0;
    if (threadIdx.x == 0) starts[0] = 0;
    for (uint64_t base = 0; base < groups; base += blockDim.x) {
        const uint64_t group = base + threadIdx.x;
        uint32_t count = 0;
        if (group < groups) {
            const uint64_t row = group / parts, first = group % parts * 32, end = min(first + 32, uint64_t(w));
            for (uint64_t i = first; i < end; ++i) count += __popc(spikes[row * w + i]);
        }
        const uint32_t within = prism::warp_scan(count);
        if (lane == 31) sums[warp] = within;
        __syncthreads();
        if (warp == 0) sums[lane] = prism::warp_scan(sums[lane]);
        __syncthreads();
        if (group < groups) starts[group + 1] = before + (warp ? sums[warp - 1] : 0) + within;
        before += sums[31];
        __syncthreads();
    }
    if (threadIdx.x == 0) *total = before;
}
