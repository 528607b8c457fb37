#include "prism/elements.cuh"
#include "prism/zones.cuh"

// A thread four pixels.
__device__ void zone_drop(const uint32_t* zone,  // [b, h, w]
                          const uint32_t* area,  // [b, h, w]
                          uint32_t* kept,        // [b, h, w]
                          uint32_t min_size, uint32_t b, uint32_t h, uint32_t w) {
    prism::each_element<4, 1>(uint64_t(b) * h * w, zone, kept, [&](uint32_t of, uint64_t) {
        const uint32_t size = area[of == prism::NO_ZONE ? 0 : of];  // looked up in any case, so that nothing waits
        return size < min_size ? prism::NO_ZONE : of;
    });
}
