#include "prism/filtration.cuh"
#include "prism/warp.cuh"

constexpr int CORNERS = 8;  // of a thread

// A block counts the cells at 2048 corners between the pixels of an image, the border's among them. A corner has the
// four pixels around it, in a V-construction the cells whose first vertex the one behind it is, in a T-construction its
// own vertex, the edges to the right and down from it and the square behind it.
__device__ void euler_curve(const uint32_t* level,    // [b, h, w]
                            const float* thresholds,  // [k]
                            int32_t* euler,           // [b, k]
                            uint32_t connectivity, uint32_t b, uint32_t h, uint32_t w, uint32_t k) {
    const uint64_t corners = (uint64_t(h) + 1) * (uint64_t(w) + 1);
    const uint64_t parts = (corners + CORNERS * 256 - 1) / (CORNERS * 256);
    const uint32_t image = uint32_t(blockIdx.x / parts);
    const uint64_t begin = blockIdx.x % parts * (CORNERS * 256) + threadIdx.x;
    const uint32_t* const levels = level + uint64_t(image) * h * w;
    // Outside is NaN, which is below no threshold.
    const auto pixel = [&](uint32_t row, uint32_t column) {
        return row < h && column < w ? prism::number_of(levels[uint64_t(row) * w + column])
                                     : __int_as_float(0x7fffffff);
    };
    float above[CORNERS], left[CORNERS], own[CORNERS], across[CORNERS];
#pragma unroll
    for (int i = 0; i < CORNERS; ++i) {
        const uint64_t c = begin + i * 256;
        const bool there = c < corners;
        // V: the next pixels of this one; T: those before it. Rows and columns beyond the last wrap to none.
        const uint32_t step = connectivity == 4 ? 1 : ~0u;
        const uint32_t row = there ? uint32_t(c / (w + uint64_t(1))) : h,
                       column = there ? uint32_t(c % (w + uint64_t(1))) : w;
        own[i] = pixel(row, column);
        above[i] = there ? pixel(row + step, column) : own[i];
        left[i] = there ? pixel(row, column + step) : own[i];
        across[i] = there ? pixel(row + step, column + step) : own[i];
    }
    for (uint32_t j = 0; j < k; ++j) {
        const float t = thresholds[j];
        int32_t sum = 0;
#pragma unroll
        for (int i = 0; i < CORNERS; ++i) {
            const int o = own[i] <= t, a = above[i] <= t, l = left[i] <= t, x = across[i] <= t;
            sum +=
                connectivity == 4 ? o - (o & a) - (o & l) + (o & a & l & x) : (o | a | l | x) - (o | a) - (o | l) + o;
        }
        sum = __reduce_add_sync(prism::FULL, sum);
        if (threadIdx.x % 32 == 0 && sum != 0) atomicAdd(euler + uint64_t(image) * k + j, sum);
    }
}
