// An image in the order in which a filtration adds its pixels.
#pragma once
#include <cstdint>

namespace prism {

// Bits in the order of the numbers, one for both zeros; no number has 0 or 2³² − 1.
__device__ inline uint32_t level_of(float value) {
    const uint32_t bits = __float_as_uint(value == 0 ? 0.0f : value);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}

// The number of a level.
__device__ inline float number_of(uint32_t level) {
    return __uint_as_float(level >> 31 ? level & 0x7fffffffu : ~level);
}

constexpr uint32_t NOWHERE = ~0u;

// Dimension 0 adds the pixels upwards; dimension 1 is dimension 0 of the complement, which adds them downwards, with
// the other connectivity and after a node outside that is next to every pixel of the border. Equal pixels go by their
// places.
struct Filtration {
    const uint32_t* level;  // [h, w]
    uint32_t h, w, dimension, connectivity;

    // That of image which / 2 in dimension which % 2.
    __device__ static Filtration of(const uint32_t* levels, uint32_t which, uint32_t connectivity, uint32_t h,
                                    uint32_t w) {
        const uint32_t dimension = which % 2;
        return {levels + size_t(which / 2) * h * w, h, w, dimension, dimension == 0 ? connectivity : 12 - connectivity};
    }

    __device__ uint32_t outside() const { return h * w; }

    // What a node is ordered by: the lesser is added earlier.
    __device__ uint64_t key(uint32_t node) const {
        if (node == outside()) return 0;
        const uint32_t turned = dimension == 0 ? 0 : ~0u;
        return uint64_t(level[node] ^ turned) << 32 | (node ^ turned);
    }

    // The node at one of the eight places around a pixel, clockwise from the one above; the even ones share a side.
    __device__ uint32_t around(uint32_t pixel, int place) const {
        const int dy = place == 7 || place <= 1 ? -1 : place >= 3 && place <= 5 ? 1 : 0;
        const int dx = place >= 1 && place <= 3 ? 1 : place >= 5 ? -1 : 0;
        const int64_t row = int64_t(pixel / w) + dy, column = int64_t(pixel % w) + dx;
        if (row >= 0 && row < h && column >= 0 && column < w) return uint32_t(row * w + column);
        return dimension == 0 ? NOWHERE : outside();
    }
};

}  // namespace prism
