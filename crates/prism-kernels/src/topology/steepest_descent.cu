#include "prism/filtration.cuh"

// One thread a pixel of an image and a dimension.
__device__ void steepest_descent(const uint32_t* level,  // [b, h, w]
                                 uint32_t* basin,        // [b, 2, h * w]
                                 uint32_t connectivity, uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint32_t pixels = h * w;
    if (thread >= uint64_t(b) * 2 * pixels) return;
    const uint32_t u = uint32_t(thread);
    const auto f = prism::Filtration::of(level, u / pixels, connectivity, h, w);
    const uint32_t p = u % pixels;
    uint32_t lowest = p;
    uint64_t key = f.key(p);
#pragma unroll
    for (int place = 0; place < 8; ++place) {
        const uint32_t q = f.connectivity == 4 && place % 2 == 1 ? prism::NOWHERE : f.around(p, place);
        if (q == prism::NOWHERE || f.key(q) >= key) continue;
        lowest = q;
        key = f.key(q);
    }
    basin[u] = lowest;
}
