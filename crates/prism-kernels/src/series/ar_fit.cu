#include "prism/autoregression.cuh"

// A warp a series: all lanes sum, the first solves and forecasts.
template <typename T>
__device__ void ar_fit(const T* y,        // [b, t]
                       const T* given,    // [bg, p + 1]
                       T* forecast,       // [b, h]
                       T* se,             // [b, h]
                       T* coef,           // [b, p + 1]
                       T* sigma2,         // [b]
                       uint32_t* status,  // [b]
                       uint32_t p, uint32_t fit, uint32_t trend, uint32_t b, uint32_t t, uint32_t bg, uint32_t h) {
    __shared__ prism::Lags all[4];
    const uint64_t series = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (series >= b) return;
    prism::Lags& lags = all[threadIdx.x / 32];
    const T* row = y + series * t;
    double total = 0;
    bool finite = true;
    for (uint32_t i = lane; i < t; i += 32) {
        total += double(row[i]);
        finite = finite && isfinite(row[i]);
    }
    total = prism::warp_sum(total);
    finite = __all_sync(prism::FULL, finite);

    const prism::Deviations<T> v = {row, trend ? total / t : 0, t, p};
    double variance = nan("");
    bool deficient = false;
    if (finite && fit < 3) v.sums(lags);
    if (lane == 0) {
        for (uint32_t i = 0; i <= p; ++i) {
            const double set = fit < 3 ? 0 : double(given[(bg == 1 ? 0 : series) * (p + 1) + i]);
            lags.theta[i] = !finite ? nan("") : i == 0 && !trend ? 0 : set;
        }
        if (finite && fit < 3) {
            const double squares = v.product(lags, 0, 0, 0);
            const bool is_constant = squares <= prism::AR_CONSTANT * (squares + t * v.mean * v.mean);
            if (fit == 0) {
                deficient = prism::ar_least_squares(v, lags, trend, is_constant);
            } else {
                deficient = is_constant;
                variance = is_constant ? 0
                           : fit == 1  ? prism::ar_yule_walker(v, lags)
                                       : prism::ar_burg(v, lags, deficient);
                double share = 1;
                for (uint32_t i = 1; i <= p; ++i) share -= lags.theta[i];
                lags.theta[0] = v.mean * share;
            }
        }
    }
    __syncwarp();

    if (finite && (fit == 0 || fit == 3)) {
        double squares = 0;
        for (uint32_t i = p + lane; i < t; i += 32) {
            double error = double(row[i]) - lags.theta[0];
            for (uint32_t k = 1; k <= p; ++k) error -= lags.theta[k] * double(row[i - k]);
            squares += error * error;
        }
        variance = prism::warp_sum(squares) / (t - p);
    }
    for (uint32_t i = lane; i <= p; i += 32) coef[series * (p + 1) + i] = T(lags.theta[i]);
    if (lane != 0) return;
    sigma2[series] = T(variance);
    status[series] = finite ? deficient : 2;

    // The last p values and weights, the newest first at `newest`.
    double *values = lags.right, *psi = lags.column, squares = 0;
    for (uint32_t i = 0; i < p; ++i) values[i] = double(row[t - 1 - i]), psi[i] = 0;
    uint32_t newest = 0;
    for (uint32_t step = 0; step < h; ++step) {
        double value = lags.theta[0], weight = step == 0;
        for (uint32_t i = 1; i <= p; ++i) {
            const uint32_t place = newest + i - 1 < p ? newest + i - 1 : newest + i - 1 - p;
            value += lags.theta[i] * values[place];
            weight += lags.theta[i] * psi[place];
        }
        newest = newest == 0 ? p - 1 : newest - 1;
        values[newest] = value;
        psi[newest] = weight;
        squares += weight * weight;
        forecast[series * h + step] = T(value);
        se[series * h + step] = T(sqrt(variance * squares));
    }
}
