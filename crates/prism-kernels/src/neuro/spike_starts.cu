#include <cstdint>

#include "prism/scan.cuh"

// One block: a warp counts 32 groups of 32 words, a lane a word of each; the counts are summed in order.
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
        // Where the words of this lane's group lie, and how many there are.
        const uint64_t row = group < groups ? group / parts : 0, first = group < groups ? group % parts * 32 : w;
        const uint64_t from = row * w + first;
        const uint32_t length = uint32_t(min(uint64_t(w) - first, uint64_t(32)));
        uint32_t count = 0;
#pragma unroll 16
        for (uint32_t other = 0; other < 32; ++other) {
            const uint64_t at = __shfl_sync(prism::FULL, from, other) + lane;
            const bool known = lane < __shfl_sync(prism::FULL, length, other);
            const uint32_t sum = __reduce_add_sync(prism::FULL, known ? __popc(spikes[at]) : 0);
            if (lane == other) count = sum;
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
