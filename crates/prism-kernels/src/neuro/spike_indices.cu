#include <cstdint>

#include "prism/scan.cuh"

// A warp 32 words of a row, a lane one of them.
__device__ void spike_indices(const uint32_t* spikes,  // [r, w]
                              const uint64_t* starts,  // [r * ⌈w/32⌉ + 1]
                              uint32_t* neuron,        // [m]
                              uint64_t* row_start,     // [r + 1]
                              uint32_t r, uint32_t w, uint32_t m) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x, group = thread / 32;
    const uint32_t parts = (uint64_t(w) + 31) / 32, lane = threadIdx.x % 32;
    const uint64_t groups = uint64_t(r) * parts;
    if (thread == 0) row_start[r] = starts[groups];
    if (parts == 0) {
        if (thread < r) row_start[thread] = 0;
        return;
    }
    if (group >= groups) return;
    const uint64_t row = group / parts, at = group % parts * 32 + lane;
    if (at == 0) row_start[row] = starts[group];
    uint32_t word = at < w ? spikes[row * w + at] : 0;
    const uint32_t count = __popc(word);
    for (uint64_t to = starts[group] + prism::warp_scan(count) - count; word; ++to, word &= word - 1) {
        if (to < m) neuron[to] = at * 32 + __ffs(word) - 1;
    }
}
