// Bins of one axis of a histogram.
#pragma once
#include <cstdint>

namespace prism {

// The edges of one axis: e_k = lo + k·((hi − lo)/n), the last hi, rounded as numpy.linspace rounds them.
struct Axis {
    double low, high, step, per_unit;
    uint32_t bins;

    __device__ Axis(double lo, double hi, uint32_t n) : low(lo), high(hi), bins(n) {
        if (low == high) {
            low -= 0.5;
            high += 0.5;
        }
        step = (high - low) / n;
        per_unit = n / (high - low);
    }

    __device__ double edge(uint32_t k) const {
        if (k == bins) return high;
        return __dadd_rn(step == 0 ? double(k) / bins * (high - low) : __dmul_rn(k, step), low);
    }

    // The bin of a value; `bins` when it has none.
    __device__ uint32_t bin(double value) const {
        if (!(value >= low && value <= high && high - low < __builtin_huge_val())) return bins;
        uint32_t k = min(uint32_t((value - low) * per_unit), bins - 1);
        while (k > 0 && value < edge(k)) --k;
        while (k + 1 < bins && value >= edge(k + 1)) ++k;
        return k;
    }
};

}  // namespace prism
