// Which pixels of an image belong together, and forests of zones: every pixel points to one of its zone with no higher
// index, and a root to itself.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

constexpr uint32_t NO_ZONE = ~0u;

// An image [channels, h, w].
template <typename T>
struct Picture {
    const T* image;
    uint32_t channels, h, w;

    __device__ static Picture of(const T* images, uint32_t b, uint32_t channels, uint32_t h, uint32_t w) {
        return {images + size_t(b) * channels * h * w, channels, h, w};
    }

    // The largest difference over the channels; NaN where one is.
    __device__ float difference(uint32_t p, uint32_t q) const {
        float most = 0;
        for (uint32_t c = 0; c < channels; ++c) {
            const T* const plane = image + size_t(c) * h * w;
            const float apart = fabsf(float(plane[p]) - float(plane[q]));
            if (!(apart <= most)) most = apart;
            if (isnan(most)) return most;
        }
        return most;
    }

    // The bits of the difference, in the order of differences, NaN the last.
    __device__ uint32_t difference_bits(uint32_t p, uint32_t q) const {
        const float apart = difference(p, q);
        return isnan(apart) ? 0x7fffffffu : __float_as_uint(apart);
    }

    // mode 0: both are above `bound`; 1: they differ by at most `bound`.
    __device__ bool joined(uint32_t p, uint32_t q, uint32_t mode, double bound) const {
        if (mode == 0) return double(image[p]) > bound && double(image[q]) > bound;
        return double(difference(p, q)) <= bound;
    }
};

// Calls visit(q) for the neighbours q of pixel p.
template <typename Visit>
__device__ void neighbours(uint32_t p, uint32_t h, uint32_t w, uint32_t connectivity, Visit visit) {
    const int64_t row = p / w, column = p % w;
    for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
            if ((dy == 0 && dx == 0) || (connectivity == 4 && dy != 0 && dx != 0)) continue;
            if (row + dy >= 0 && row + dy < h && column + dx >= 0 && column + dx < w) visit(p + dy * int64_t(w) + dx);
        }
    }
}

// Lets the higher of the roots of i and j point to the lower; whether they differed. Only a root that was one in `now`
// is moved, so that no tree falls apart; the other pairs come again in the next round.
__device__ inline bool hook(const uint32_t* now, uint32_t* next, uint32_t i, uint32_t j) {
    const uint32_t a = now[now[i]], b = now[now[j]];
    if (a == b) return false;
    const uint32_t low = min(a, b), high = max(a, b);
    if (now[high] == high) atomicMin(next + high, low);
    return true;
}

}  // namespace prism
