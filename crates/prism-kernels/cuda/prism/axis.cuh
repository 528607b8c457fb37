// Bins of one axis of a histogram.
#pragma once
#include <cstdint>

namespace prism {

// The edges of one axis: e_k = lo + k·((hi − lo)/n), the last hi, rounded as numpy.linspace rounds them.
template <typename T>
struct Axis {
    static constexpr uint32_t UNSURE = ~0u;
    double low, high, step, per_unit;
    uint32_t bins;
    float scale, offset, margin;  // for places along the axis in single precision, and how far off they may be

    __device__ Axis(double lo, double hi, uint32_t n) : low(lo), high(hi), bins(n) {
        if (low == high) {
            low -= 0.5;
            high += 0.5;
        }
        step = (high - low) / n;
        per_unit = n / (high - low);
        scale = float(per_unit);
        offset = float(-low * per_unit);
        margin = float(0x1p-21 * n + (sizeof(T) == 4 ? 0x1p-21 : 0x1p-49) * fabs(low * per_unit));
        // Without such a scale there are no sure places.
        if (!(scale < float(__builtin_huge_val()))) margin = float(__builtin_huge_val());
    }

    // Whether any value can lie within: limits that descend or are not finite hold none.
    __device__ bool is_range() const { return high > low && high - low < __builtin_huge_val(); }

    __device__ float place(float value) const { return fmaf(value, scale, offset); }
    __device__ float place(double value) const { return float((value - low) * per_unit); }

    // The bin of a value that lies far enough from every edge; `bins` or more when it has none.
    __device__ uint32_t sure_bin(T value) const {
        const float at = place(value);
        if (at < -margin || at > float(bins) + margin) return bins;
        const uint32_t k = uint32_t(at);
        return fabsf(at - float(k) - 0.5f) < 0.5f - margin ? k : UNSURE;
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
};

}  // namespace prism
