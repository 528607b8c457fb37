// The terms of a Kullback–Leibler divergence.
#pragma once
#include "prism/logarithm.cuh"

namespace prism {

// p·(ln p − ln q): 0 where p = 0, +∞ where only q is; NaN where one is negative or NaN.
template <typename T>
__device__ T relative_entropy(T p, T q) {
    if (is_ordinary(p) && is_ordinary(q)) return p * ordinary_log_ratio(p, q);
    if (!(p >= 0 && q >= 0)) return T(nan(""));
    return p == 0 ? T(0) : p * log_ratio(p, q);
}

// The same with ln q given.
template <typename T>
__device__ T relative_entropy_of_log(T p, T log_q) {
    if (!(p >= 0) || log_q != log_q) return T(nan(""));
    return p == 0 ? T(0) : p * (log_ratio(p, T(1)) - log_q);
}

}  // namespace prism
