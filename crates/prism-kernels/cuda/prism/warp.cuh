// What the 32 lanes of a warp do together. All lanes must call every function.
#pragma once
#include <cstdint>

namespace prism {

constexpr unsigned FULL = 0xffffffffu;

template <typename T>
__device__ constexpr T infinity() {
    return T(__builtin_huge_val());
}

// The k-th smallest of the lanes' values, k from 1 to 32: Batcher's bitonic sort, one value a lane.
__device__ inline float kth_smallest(float value, uint32_t k) {
    const unsigned lane = threadIdx.x % 32;
#pragma unroll
    for (unsigned size = 2; size <= 32; size *= 2) {
#pragma unroll
        for (unsigned stride = size / 2; stride; stride /= 2) {
            const float other = __shfl_xor_sync(FULL, value, stride);
            const bool lower = ((lane & stride) == 0) == ((lane & size) == 0 || size == 32);
            value = lower ? min(value, other) : max(value, other);
        }
    }
    return __shfl_sync(FULL, value, k - 1);
}

template <typename T>
__device__ T warp_max(T value) {
    for (int step = 16; step; step /= 2) value = max(value, __shfl_xor_sync(FULL, value, step));
    return value;
}

}  // namespace prism
