// Which pixels of an image belong together, and forests of zones: every pixel points to one of its zone with no higher
// index, and a root to itself.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

constexpr uint32_t NO_ZONE = ~0u;

// What the root of the n-th zone points to, n from 0, once they are numbered: 2³¹ + n.
constexpr uint32_t NUMBERED = 1u << 31;

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

// The root of i, while others join trees.
__device__ inline uint32_t root_of(const volatile uint32_t* forest, uint32_t i) {
    for (uint32_t parent = forest[i]; parent != i; parent = forest[i]) i = parent;
    return i;
}

// Lets the higher of the roots of i and j point to the lower, while others do the same. Where another was faster, what
// the higher root points to by now is joined instead. Only what was a root is changed.
__device__ inline void join_trees(uint32_t* forest, uint32_t i, uint32_t j) {
    const volatile uint32_t* const now = forest;
    for (;;) {
        for (uint32_t a = now[i], b = now[j]; a != i || b != j; a = now[i], b = now[j]) i = a, j = b;
        if (i == j) return;
        const uint32_t low = min(i, j), high = max(i, j), parent = atomicMin(forest + high, low);
        if (parent == high) return;
        i = low, j = parent;
    }
}

// The root of i, where nothing changes.
__device__ inline uint32_t settled_root(const uint32_t* __restrict__ forest, uint32_t i) {
    for (uint32_t parent = forest[i]; parent != i; parent = forest[i]) i = parent;
    return i;
}

// Lets the higher of the roots of i and j point to the lower; whether they differed. Of several that want the same root
// the lowest gets it; the other pairs come again in the next round.
__device__ inline bool hook(const uint32_t* now, uint32_t* next, uint32_t i, uint32_t j) {
    const uint32_t a = settled_root(now, i), b = settled_root(now, j);
    if (a != b) atomicMin(next + max(a, b), min(a, b));
    return a != b;
}

}  // namespace prism
