// Running sums over a warp. All lanes must call it.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

// The sum of the values of this lane and the lanes before it.
__device__ inline uint32_t warp_scan(uint32_t value) {
    const uint32_t lane = threadIdx.x % 32;
    for (uint32_t step = 1; step < 32; step *= 2) {
        const uint32_t other = __shfl_up_sync(FULL, value, step);
        if (lane >= step) value += other;
    }
    return value;
}

}  // namespace prism
