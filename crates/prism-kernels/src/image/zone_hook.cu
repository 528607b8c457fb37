#include "prism/zones.cuh"

// One thread a pixel on the left or upper side of a tile; it looks across.
template <typename T>
__device__ void zone_hook(const T* image,          // [b, channels * h, w]
                          const uint32_t* before,  // [b, h, w]
                          uint32_t* after,         // [b, h, w]
                          uint32_t* changed,       // [1]
                          uint32_t channels, uint32_t mode, double bound, uint32_t connectivity, uint32_t b, uint32_t w,
                          uint32_t h) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint64_t sides = uint64_t(h) * ((w - 1) / 32), edges = sides + uint64_t(w) * ((h - 1) / 32);
    if (thread >= b * edges) return;
    const uint32_t which = thread / edges, base = which * h * w;
    const uint64_t edge = thread % edges;
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);
    const bool aside = edge < sides;
    const uint32_t row = aside ? edge % h : 32 * uint32_t((edge - sides) / w + 1);
    const uint32_t column = aside ? 32 * uint32_t(edge / h + 1) : (edge - sides) % w;
    const uint32_t p = row * w + column;
    for (int k = connectivity == 8 ? -1 : 0; k <= (connectivity == 8 ? 1 : 0); ++k) {
        const int64_t y = int64_t(row) + (aside ? k : -1), x = int64_t(column) + (aside ? -1 : k);
        if (y < 0 || y >= h || x < 0 || x >= w) continue;
        const uint32_t q = y * w + x;
        if (picture.joined(p, q, mode, bound) && prism::hook(before, after, base + p, base + q)) *changed = 1;
    }
}
