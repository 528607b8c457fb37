// Bins of one axis of a histogram.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

// The edges of one axis: e_k = lo + k·((hi − lo)/n), the last hi, rounded as numpy.linspace rounds them.
template <typename T>
struct Axis {
    double low, high, step, per_unit;
    double beyond;  // the next number above high
    uint32_t bins;
    float scale, offset, sure;  // for places along the axis in single precision, and how far off a middle they are sure

    Axis() = default;
    __device__ Axis(double lo, double hi, uint32_t n) : low(lo), high(hi), bins(n) {
        if (low == high) {
            low -= 0.5;
            high += 0.5;
        }
        step = (high - low) / n;
        per_unit = n / (high - low);
        beyond = nextafter(high, infinity<double>());
        scale = float(per_unit);
        offset = float(-low * per_unit - 0.5);
        sure = 0.5f - float(0x1p-21 * n + (sizeof(T) == 4 ? 0x1p-21 : 0x1p-49) * fabs(low * per_unit));
    }

    // Whether any value can lie within: limits that descend or are not finite hold none.
    __device__ bool is_range() const { return high > low && high - low < infinity<double>(); }

    // Whether a place tells the bin, or the one edge that it may lie on either side of.
    __device__ bool has_places() const { return sure > 0.25f && scale > 0x1p-100f && scale < 0x1p100f; }

    // The bin of a value on an axis that has places; `bins` or more when it has none.
    __device__ uint32_t bin_by_place(T value) const {
        constexpr float WHOLE = 0x1.8p23f;  // what is added to it rounds to whole numbers
        const float at = place(value), near = at + WHOLE, off = at - (near - WHOLE);
        const uint32_t k = __float_as_uint(near) - __float_as_uint(WHOLE);
        return fabsf(off) > sure ? beside(double(value), off < 0 ? k : k + 1) : k;
    }

    __device__ double edge(uint32_t k) const {
        if (k == bins) return high;
        return __dadd_rn(step == 0 ? double(k) / bins * (high - low) : __dmul_rn(k, step), low);
    }

    // The bin of any value.
    __device__ uint32_t bin(double value) const {
        if (!(value >= low && value <= high)) return bins;
        uint32_t k = min(uint32_t((value - low) * per_unit), bins - 1);
        while (k > 0 && value < edge(k)) --k;
        while (k + 1 < bins && value >= edge(k + 1)) ++k;
        return k;
    }

  private:
    // How far along the axis a value lies, in bins, less ½.
    __device__ float place(float value) const { return fmaf(value, scale, offset); }
    __device__ float place(double value) const { return float((value - low) * per_unit - 0.5); }

    // The bin of a value that lies on one side of edge k or the other. The last edge belongs to the bin before it.
    __device__ uint32_t beside(double value, uint32_t k) const {
        const double edge = k == bins ? beyond : __dadd_rn(__dmul_rn(k, step), low);
        return value < edge ? k - 1 : k;
    }
};

}  // namespace prism
