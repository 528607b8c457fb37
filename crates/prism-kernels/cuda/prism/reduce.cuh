// Sums over a warp: a tree of one shape, so that the same lanes give the same bits.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

// The sum of the lanes' values, on every lane. All lanes must call it.
template <typename T>
__device__ T warp_sum(T value) {
    for (int step = 16; step; step /= 2) value += __shfl_xor_sync(FULL, value, step);
    return value;
}

}  // namespace prism
