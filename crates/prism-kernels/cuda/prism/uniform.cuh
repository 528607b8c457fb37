// A uniform number of a stream, as 53 bits.
#pragma once
#include "prism/philox.cuh"

namespace prism {

// The upper 53 bits of words 2·index (low) and 2·index + 1: double `index` of the stream in units of 2⁻⁵³.
__device__ inline uint64_t uniform_bits(Philox stream, uint64_t index) {
    const uint4 words = stream.block(index / 2);
    return (index % 2 ? uint64_t(words.w) << 32 | words.z : uint64_t(words.y) << 32 | words.x) >> 11;
}

}  // namespace prism
