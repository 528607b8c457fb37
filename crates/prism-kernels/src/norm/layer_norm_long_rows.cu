#include "prism/layer_norm.cuh"

// A block a row.
template <typename T, int ACTIVATION>
__device__ void layer_norm_long_rows(const T* x,      // [r, n]
                                     const T* gamma,  // [m]
                                     const T* beta,   // [b]
                                     T* y,            // [r, n]
                                     float* mean,     // [k]
                                     float* rstd,     // [k]
                                     double epsilon, uint32_t activation, uint32_t form, uint64_t r, uint32_t n,
                                     uint32_t m, uint32_t b, uint64_t k) {
    const auto rows = [&](auto outside, auto f) { prism::each_long_row(x, r, n, outside, f); };
    prism::layer_norm<ACTIVATION>(rows, gamma, beta, y, mean, rstd, epsilon, r, n, m, b, k);
}
