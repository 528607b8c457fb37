#include "prism/autoregression.cuh"

namespace prism {

// The forecasts and their standard errors, by all lanes: lane i has the value i + 1 steps back, and its weight.
template <typename T>
__device__ void foresee(const Deviations<T>& v, const Lags& lags, double variance, uint32_t h, T* forecast, T* se) {
    const uint32_t lane = threadIdx.x % 32;
    const double phi = lane < v.p ? lags.theta()[lane + 1] : 0;
    double value = lane < v.p ? double(v.y[v.t - 1 - lane]) : 0, psi = 0, squares = 0;
    for (uint32_t step = 0; step < h; ++step) {
        const double next = lags.theta()[0] + warp_sum(phi * value);
        const double weight = warp_sum(phi * psi) + (step == 0 ? 1 : 0);
        const double before = __shfl_up_sync(FULL, value, 1), weight_before = __shfl_up_sync(FULL, psi, 1);
        value = lane ? before : next;
        psi = lane ? weight_before : weight;
        squares += weight * weight;
        if (lane) continue;
        forecast[step] = T(next);
        se[step] = T(sqrt(variance * squares));
    }
}

}  // namespace prism

// A warp a series.
template <typename T>
__device__ void ar_fit(const T* y,        // [b, t]
                       const T* given,    // [bg, p + 1]
                       T* forecast,       // [b, h]
                       T* se,             // [b, h]
                       T* coef,           // [b, p + 1]
                       T* sigma2,         // [b]
                       uint32_t* status,  // [b]
                       uint32_t p, uint32_t fit, uint32_t trend, uint32_t b, uint32_t t, uint32_t bg, uint32_t h) {
    extern __shared__ double shared[];
    const uint32_t series = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;  // below 2³² with b
    const uint32_t lane = threadIdx.x % 32;
    if (series >= b) return;
    prism::Lags lags(shared, p);
    prism::Deviations<T> v = {y + uint64_t(series) * t, t, p, lags};
    const bool finite = v.look(trend);
    for (uint32_t i = lane; i <= p; i += 32) {
        const double set = fit < 3 ? 0 : double(given[uint64_t(bg == 1 ? 0 : series) * (p + 1) + i]);
        lags.theta()[i] = !finite ? nan("") : i == 0 && !trend ? 0 : set;
    }
    __syncwarp();

    double variance = nan("");
    bool deficient = false;
    if (finite && fit < 3) {
        v.sums();
        const double squares = v.product(0, 0, 0);
        const bool is_constant = squares <= prism::AR_CONSTANT * (squares + t * v.mean * v.mean);
        if (fit == 0) {
            deficient = prism::ar_least_squares(v, lags, trend, is_constant);
        } else {
            deficient = is_constant;
            variance = is_constant ? 0 : fit == 1 ? prism::ar_yule_walker(v, lags) : prism::ar_burg(v, lags, deficient);
            const double share = 1 - prism::warp_sum(lane >= 1 && lane <= p ? lags.theta()[lane] : 0.0);
            if (lane == 0) lags.theta()[0] = v.mean * share;
            __syncwarp();
        }
    }
    if (finite && (fit == 0 || fit == 3)) variance = v.residual_variance();
    for (uint32_t i = lane; i <= p; i += 32) coef[uint64_t(series) * (p + 1) + i] = T(lags.theta()[i]);
    if (lane == 0) {
        sigma2[series] = T(variance);
        status[series] = finite ? deficient : 2;
    }
    prism::foresee(v, lags, variance, h, forecast + uint64_t(series) * h, se + uint64_t(series) * h);
}
