#include "prism/filtration.cuh"

// One thread a pixel. It writes how far it got at every step, so that those who come after it skip the way: all ways
// halve together. Only its own thread writes a word, and every value it ever has lies further down.
__device__ void descent_basins(uint32_t* basin,  // [g, n]
                               uint32_t g, uint32_t n) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(g) * n) return;
    const uint32_t p = uint32_t(u % n);
    volatile uint32_t* const down = basin + (u - p);
    uint32_t at = down[p];
    while (at != n) {
        const uint32_t next = down[at];
        if (next == at) return;
        down[p] = at = next;
    }
}
