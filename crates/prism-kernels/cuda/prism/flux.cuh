// Fluxes of Markov processes, and what a pair of them produces.
#pragma once
#include "prism/logarithm.cuh"

namespace prism {

// rate·p + pseudocount, rounded.
template <typename T>
struct Flux {
    T all;

    __device__ Flux(T rate, T p, double pseudocount) : all(fma(rate, p, pseudocount)) {}
    __device__ T value() const { return all; }
};

// The same in two numbers, so that the difference of nearly equal fluxes is right: products by their fused rest, sums
// after Knuth.
template <>
struct Flux<float> {
    float most, rest;

    __device__ Flux(float rate, float p, double pseudocount) : most(__fmul_rn(rate, p)), rest(fmaf(rate, p, -most)) {
        if (pseudocount == 0) return;
        const float count = float(pseudocount), sum = most + count, added = sum - most;
        rest += (most - (sum - added)) + (count - added) + float(pseudocount - double(count));
        most = sum;
    }

    __device__ float value() const { return most; }
};

// (a − b)·ln(a/b) of ordinary fluxes.
__device__ inline double pair_term(Flux<double> a, Flux<double> b) {
    return (a.all - b.all) * ordinary_log_ratio(a.all, b.all);
}

// As `ordinary_log_ratio` finds ln(a/b); the rests matter to it only where a and b have about one size.
__device__ inline float pair_term(Flux<float> a, Flux<float> b) {
    constexpr int32_t ONE = 1 << 23;
    constexpr float LN_2 = float(0.6931471805599453 / ONE);
    const float apart = (a.most - b.most) + (a.rest - b.rest);
    const int32_t power = (top_word(a.most) - top_word(b.most) + ONE / 2) & -ONE;
    const float near = with_top_word(a.most, top_word(a.most) - power);
    const float s = (power == 0 ? apart : near - b.most) * inverse_near(near + b.most);
    return apart * fmaf(s, artanh_factor(s * s), float(power) * LN_2);
}

// The same of any numbers: 0 for equal ones, +∞ where one is 0, NaN where one is negative.
__device__ inline double rare_pair_term(double a, double b) {
    if (!(a >= 0 && b >= 0)) return nan("");
    if (a == b) return 0;
    const IntoRange<double> over(a), under(b);
    if (!(is_ordinary(over.x) && is_ordinary(under.x))) return (a - b) * (log_limit(a) - log_limit(b));
    return (a - b) * (ordinary_log_ratio(over.x, under.x) + (over.taken - under.taken));
}

}  // namespace prism
