#include "prism/elements.cuh"
#include "prism/zones.cuh"

// A thread four pixels; a leader is looked up in any case, so that nothing waits.
__device__ void seed_regions(const uint32_t* zone,    // [b, h, w]
                             const uint32_t* label,   // [b, h, w]
                             const uint32_t* leader,  // [b, h, w]
                             uint32_t* region,        // [b, h, w]
                             uint32_t b, uint32_t h, uint32_t w) {
    const uint32_t pixels = h * w;
    prism::each_element<4, 1>(uint64_t(b) * pixels, zone, region, [&](uint32_t zone, uint64_t u) {
        const uint32_t of = label[zone], base = uint32_t(u) / pixels * pixels;
        const uint32_t first = leader[of == 0 ? base : base + (~of - 1)];
        return of == 0 ? prism::NO_ZONE : ~first;
    });
}
