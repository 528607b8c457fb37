// What is known of a region of an image: integers only, so that no order of its pixels matters.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"
#include "prism/warp.cuh"

namespace prism {

// The power of two that brings all numbers up to `peak`, the bits of a float, below 2³¹.
__device__ inline double fixed_scale(uint32_t peak) {
    const double largest = __uint_as_float(peak);
    return scalbn(1.0, largest > 0 ? 30 - ilogb(largest) : 0);
}

// Some pixels of one region.
struct RegionPart {
    int32_t label = 0;
    uint32_t area = 0, top = 0, left = 0, bottom = 0, right = 0;  // top and left as complements
    int64_t high = 0, low = 0;                                    // the sum times the scale, and 2³¹ times the rest
    uint32_t kinds = 0;                                           // 1 NaN, 2 +∞, 4 −∞

    __device__ void add(uint32_t row, uint32_t column, float value, double scale) {
        ++area;
        top = max(top, ~row), left = max(left, ~column), bottom = max(bottom, row + 1), right = max(right, column + 1);
        if (isfinite(value)) {
            const double scaled = double(value) * scale, whole = trunc(scaled);
            high += int64_t(whole);
            low += int64_t(rint((scaled - whole) * 2147483648.0));
        } else {
            kinds |= isnan(value) ? 1 : value > 0 ? 2 : 4;
        }
    }

    // When all lanes have one region, the first lane takes it all. All lanes must call it.
    __device__ void join() {
        int one;
        __match_all_sync(FULL, label, &one);
        if (!one) return;
        area = __reduce_add_sync(FULL, area), kinds = __reduce_or_sync(FULL, kinds);
        top = __reduce_max_sync(FULL, top), left = __reduce_max_sync(FULL, left);
        bottom = __reduce_max_sync(FULL, bottom), right = __reduce_max_sync(FULL, right);
        high = warp_sum(high), low = warp_sum(low);
        if (threadIdx.x % 32 != 0) label = 0;
    }

    __device__ void flush(uint32_t* areas, uint32_t* boxes, int64_t* sums, uint32_t* all_kinds, uint32_t first,
                          uint32_t channels, uint32_t c) const {
        if (label == 0 || area == 0) return;
        const size_t region = size_t(first) + label - 1, at = region * channels + c;
        if (c == 0) {
            atomicAdd(areas + region, area);
            atomicMax(boxes + 4 * region, top), atomicMax(boxes + 4 * region + 1, left);
            atomicMax(boxes + 4 * region + 2, bottom), atomicMax(boxes + 4 * region + 3, right);
        }
        atomicAdd(reinterpret_cast<unsigned long long*>(sums + 2 * at), static_cast<unsigned long long>(high));
        atomicAdd(reinterpret_cast<unsigned long long*>(sums + 2 * at + 1), static_cast<unsigned long long>(low));
        if (kinds) atomicOr(all_kinds + at, kinds);
    }
};

}  // namespace prism
