#include "prism/zones.cuh"

// A thread has four pixels, on their ways at once.
__device__ void zone_labels(const uint32_t* zone,  // [b, h, w]
                            int32_t* labels,       // [b, h, w]
                            uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t pixels = uint64_t(b) * h * w, first = uint64_t(blockIdx.x) * (4 * blockDim.x) + threadIdx.x;
    uint32_t of[4];
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k) {
        const uint64_t u = first + k * blockDim.x;
        of[k] = u < pixels ? zone[u] : prism::NO_ZONE;
    }
    for (bool moves = true; moves;) {
        moves = false;
#pragma unroll
        for (uint32_t k = 0; k < 4; ++k) {
            if (of[k] >= prism::NUMBERED) continue;
            of[k] = zone[of[k]];
            moves = true;
        }
    }
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k) {
        const uint64_t u = first + k * blockDim.x;
        if (u < pixels) labels[u] = of[k] == prism::NO_ZONE ? 0 : of[k] - prism::NUMBERED + 1;
    }
}
