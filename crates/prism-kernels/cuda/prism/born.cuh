// Born's rule: the probability of an amplitude, and random numbers to draw by it.
#pragma once
#include "prism/philox.cuh"

namespace prism {

// Two neighbouring amplitudes, moved together.
template <typename T>
struct alignas(16) Neighbours {
    T a, b;
};

// |a|² with no product fused into the sum, so that its bits are those of any other machine.
template <typename T>
__device__ double probability(T a) {
    const double re = a.x, im = a.y;
    return __dadd_rn(__dmul_rn(re, re), __dmul_rn(im, im));
}

// Double `index` of a stream, uniform in [0, 1).
__device__ inline double uniform(Philox stream, uint64_t index) {
    const uint4 words = stream.block(index / 2);
    const uint64_t word = index % 2 ? uint64_t(words.w) << 32 | words.z : uint64_t(words.y) << 32 | words.x;
    return double(word >> 11) * 0x1p-53;
}

}  // namespace prism
