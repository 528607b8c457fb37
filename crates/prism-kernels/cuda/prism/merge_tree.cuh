// Words of a merge tree: at which pixel a minimum's component meets an older one, and an older node of that one.
#pragma once
#include "prism/filtration.cuh"

namespace prism {

// The saddle of a node that meets none; its word is 0.
constexpr uint32_t NEVER = 0x7fffffffu;

__device__ inline uint64_t word_of(uint32_t saddle, uint32_t elder) { return uint64_t(NEVER - saddle) << 33 | elder; }
__device__ inline uint32_t saddle_of(uint64_t word) { return NEVER - uint32_t(word >> 33); }
__device__ inline uint32_t elder_of(uint64_t word) { return uint32_t(word); }

// Whether the class of a minimum lives for ever, or longer than `min_persistence`.
__device__ inline bool is_kept(const Filtration& f, uint32_t minimum, uint32_t saddle, double min_persistence) {
    if (saddle == NEVER) return true;
    return fabs(double(number_of(f.level[saddle])) - double(number_of(f.level[minimum]))) > min_persistence;
}

}  // namespace prism
