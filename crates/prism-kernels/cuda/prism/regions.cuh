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

// Where all that is known of the regions is added up.
struct Regions {
    uint32_t* area;   // [r]
    uint32_t* boxes;  // [r, 4]
    int64_t* sums;    // [r, channels, 2]
    uint32_t* kinds;  // [r, channels]
};

// Some pixels of one region in one channel: top and left are complements, so that all bounds grow.
struct RegionPart {
    uint32_t area, top, left, bottom, right, kinds;  // kinds: 1 NaN, 2 +∞, 4 −∞
    int64_t high, low;                               // the sum times the scale, and 2³¹ times the rest

    __device__ void add_to(const Regions& to, size_t region, uint32_t channels, uint32_t c) const {
        const size_t at = region * channels + c;
        if (c == 0) {
            atomicAdd(to.area + region, area);
            atomicMax(to.boxes + 4 * region, top), atomicMax(to.boxes + 4 * region + 1, left);
            atomicMax(to.boxes + 4 * region + 2, bottom), atomicMax(to.boxes + 4 * region + 3, right);
        }
        auto* const sums = reinterpret_cast<unsigned long long*>(to.sums + 2 * at);
        if (high) atomicAdd(sums, static_cast<unsigned long long>(high));
        if (low) atomicAdd(sums + 1, static_cast<unsigned long long>(low));
        if (kinds) atomicOr(to.kinds + at, kinds);
    }
};

// The sum of up to 2¹⁵ numbers of 32 bits each, in two of 32 bits.
struct Halves {
    int32_t high = 0;
    uint32_t low = 0;

    __device__ static Halves of(int32_t x) { return {x >> 16, uint32_t(x) & 0xffff}; }
    __device__ int64_t whole() const { return int64_t(high) * 65536 + low; }
    // The sum over the lanes of a warp. All lanes must call it.
    __device__ Halves over_warp() const { return {__reduce_add_sync(FULL, high), __reduce_add_sync(FULL, low)}; }
    __device__ void add_to(Halves& sum) const { atomicAdd(&sum.high, high), atomicAdd(&sum.low, low); }
};

// A pixel's value times the scale: what is whole of it, 2³¹ times the rest, or why it is no number.
struct FixedValue {
    int32_t high = 0, low = 0;
    uint32_t kind = 0;

    __device__ FixedValue(float value, double scale) {
        if (isfinite(value)) {
            const double scaled = double(value) * scale, whole = trunc(scaled);
            high = int32_t(whole);
            low = int32_t(rint((scaled - whole) * 2147483648.0));
        } else {
            kind = isnan(value) ? 1 : value > 0 ? 2 : 4;
        }
    }
};

}  // namespace prism
