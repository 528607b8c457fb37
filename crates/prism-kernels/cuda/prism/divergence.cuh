// The terms of a Kullback–Leibler divergence.
#pragma once
#include <cstdint>

namespace prism {

// ln(a/b) of positive numbers by one logarithm, of the quotient as it rounds, and what the rounding lost: right to a
// few units in the last place also where a is nearly b.
template <typename T>
__device__ T log_ratio(T a, T b) {
    const T ratio = a / b;
    if (!(ratio > T(1e-30) && ratio < T(1e30))) return log(a) - log(b);
    return log(ratio) + fma(-ratio, b, a) / a;
}

// p·(ln p − ln q): 0 where p = 0, +∞ where only q is; NaN where one is negative or NaN.
template <typename T>
__device__ T relative_entropy(T p, T q) {
    if (!(p >= 0 && q >= 0)) return T(nan(""));
    return p == 0 ? T(0) : p * log_ratio(p, q);
}

// The same with ln q given.
__device__ inline double relative_entropy_of_log(double p, double log_q) {
    if (!(p >= 0) || isnan(log_q)) return nan("");
    return p == 0 ? 0 : p * (log(p) - log_q);
}

}  // namespace prism
