#include <cstdint>

#include "prism/scan.cuh"

// A warp 32 words of a row: it takes word after word, a lane a bit, so that neighbours are written side by side.
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
    const uint64_t row = group / parts, at = group % parts * 32 + lane, start = starts[group];
    if (at == 0) row_start[row] = start;
    const uint32_t own = at < w ? spikes[row * w + at] : 0, first = uint32_t(at - lane) * 32;
    const uint32_t before = prism::warp_scan(__popc(own)) - __popc(own), below = (1u << lane) - 1;
#pragma unroll 4
    for (uint32_t i = 0; i < 32; ++i) {
        const uint32_t word = __shfl_sync(prism::FULL, own, i);
        const uint64_t to = start + __shfl_sync(prism::FULL, before, i) + __popc(word & below);
        if (word >> lane & 1 && to < m) neuron[to] = first + i * 32 + lane;
    }
}
