#include "prism/autoregression_large.cuh"

// A block a series, in turn where there are more of them than rows of scratch.
template <typename T>
__device__ void ar_fit_large(const T* y,        // [b, t]
                             const T* given,    // [bg, p + 1]
                             T* forecast,       // [b, h]
                             T* se,             // [b, h]
                             T* coef,           // [b, p + 1]
                             T* sigma2,         // [b]
                             uint32_t* status,  // [b]
                             double* scratch,   // [g, s]
                             uint32_t p, uint32_t fit, uint32_t trend, uint32_t b, uint32_t t, uint32_t bg, uint32_t h,
                             uint32_t g, uint64_t s) {
    const uint64_t width = p + uint64_t(1);
    scratch += blockIdx.x * s;
    for (uint64_t series = blockIdx.x; series < b; series += g) {
        prism::LargeSeries<T> v = {y + series * t, scratch, t, p};
        const bool finite = v.look(trend);
        double* const theta = v.theta();
        prism::block_each(width, [&](uint64_t i) {
            const double set = fit < 3 ? 0 : double(given[(bg == 1 ? 0 : series) * width + i]);
            theta[i] = !finite ? nan("") : i == 0 && !trend ? 0 : set;
        });
        double variance = nan("");
        bool deficient = false;
        if (finite && fit < 3) {
            const double squares = prism::block_sum_over(t, [&](uint64_t at) { return v.v(at) * v.v(at); });
            const bool is_constant = squares <= prism::AR_CONSTANT * (squares + t * v.mean * v.mean);
            if (fit == 0) {
                deficient = v.least_squares(trend, is_constant);
            } else {
                deficient = is_constant;
                variance = is_constant ? 0 : fit == 1 ? v.yule_walker() : v.burg(squares, deficient);
                const double constant = v.constant();
                if (threadIdx.x == 0) theta[0] = constant;
                __syncthreads();
            }
        }
        if (finite && (fit == 0 || fit == 3)) variance = v.residual_variance();
        prism::block_each(width, [&](uint64_t i) { coef[series * width + i] = T(theta[i]); });
        if (threadIdx.x == 0) {
            sigma2[series] = T(variance);
            status[series] = finite ? deficient : 2;
        }
        v.foresee(variance, h, forecast + series * h, se + series * h);
    }
    prism::block_each(s, [&](uint64_t i) { scratch[i] = 0; });
}
