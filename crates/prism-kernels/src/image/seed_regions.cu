#include "prism/zones.cuh"

// One thread a pixel.
__device__ void seed_regions(const uint32_t* zone,    // [b, h, w]
                             const uint32_t* label,   // [b, h, w]
                             const uint32_t* leader,  // [b, h, w]
                             uint32_t* region,        // [b, h, w]
                             uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    const uint32_t of = label[zone[u]], base = u / (h * w) * h * w;
    region[u] = of == 0 ? prism::NO_ZONE : ~leader[base + (~of - 1)];
}
