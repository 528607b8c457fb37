// Autoregressions from sums of lagged products. One lane of a warp solves what all of it has summed.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"

namespace prism {

constexpr uint32_t AR_ORDER = 24, AR_WIDTH = AR_ORDER + 1;
// A pivot below this share of its diagonal is none; deviations below the other share of the values are rounding.
constexpr double AR_PIVOT = 1e-12, AR_CONSTANT = 1e-26;

// What a warp knows of its series, in shared memory.
struct Lags {
    double product[AR_WIDTH][AR_WIDTH];  // Σ v_{t−i}·v_{t−j} over t from p on
    double work[AR_WIDTH][AR_WIDTH];
    double sum[AR_WIDTH];    // Σ v_{t−i} over t from p on
    double theta[AR_WIDTH];  // c, φ₁ … φ_p
    double right[AR_WIDTH], column[AR_WIDTH];
};

// Deviations of a series from its mean; from 0 without a trend.
template <typename T>
struct Deviations {
    const T* y;
    double mean;
    uint32_t t, p;

    __device__ double at(uint32_t i) const { return double(y[i]) - mean; }

    // All sums of `lags`, by all lanes: the sums over lags from 0, then along the diagonals, where one step takes one
    // product in and one out.
    __device__ void sums(Lags& lags) const {
        constexpr uint32_t HELD = 12;
        const uint32_t lane = threadIdx.x % 32;
        double first = 0;
        for (uint32_t from = 0; from <= p; from += HELD) {
            double held[HELD] = {};
            first = 0;
            for (uint32_t i = p + lane; i < t; i += 32) {
                const double v = at(i);
                first += v;
#pragma unroll
                for (uint32_t k = 0; k < HELD; ++k) {
                    if (from + k <= p) held[k] += v * at(i - from - k);
                }
            }
#pragma unroll
            for (uint32_t k = 0; k < HELD; ++k) {
                const double sum = warp_sum(held[k]);
                if (lane == 0 && from + k <= p) lags.product[0][from + k] = sum;
            }
        }
        first = warp_sum(first);
        __syncwarp();
        if (lane <= p) {
            double product = lags.product[0][lane];
            lags.product[lane][0] = product;
            for (uint32_t i = 0; i + lane < p; ++i) {
                product += at(p - 1 - i) * at(p - 1 - i - lane) - at(t - 1 - i) * at(t - 1 - i - lane);
                lags.product[i + 1][i + 1 + lane] = lags.product[i + 1 + lane][i + 1] = product;
            }
        }
        if (lane == 0) {
            lags.sum[0] = first;
            for (uint32_t i = 0; i < p; ++i) lags.sum[i + 1] = lags.sum[i] + at(p - 1 - i) - at(t - 1 - i);
        }
        __syncwarp();
    }

    // Σ v_{s−i}·v_{s−j} over s from `first`, at most p.
    __device__ double product(const Lags& lags, uint32_t first, uint32_t i, uint32_t j) const {
        double sum = lags.product[i][j];
        for (uint32_t s = first; s < p; ++s) sum += at(s - i) * at(s - j);
        return sum;
    }
};

// Solves `work` x = `right` of order q by Cholesky's factorisation, in place; false where a pivot is lost in rounding.
__device__ inline bool solve(double (&work)[AR_WIDTH][AR_WIDTH], double (&right)[AR_WIDTH], uint32_t q) {
    for (uint32_t j = 0; j < q; ++j) {
        const double diagonal = work[j][j];
        for (uint32_t i = j; i < q; ++i) {
            for (uint32_t k = 0; k < j; ++k) work[i][j] -= work[i][k] * work[j][k];
            if (i == j && work[j][j] <= AR_PIVOT * diagonal) return false;
            work[i][j] = i == j ? sqrt(work[j][j]) : work[i][j] / work[j][j];
        }
    }
    for (uint32_t i = 0; i < q; ++i) {
        for (uint32_t k = 0; k < i; ++k) right[i] -= work[i][k] * right[k];
        right[i] /= work[i][i];
    }
    for (uint32_t i = q; i-- > 0;) {
        for (uint32_t k = i + 1; k < q; ++k) right[i] -= work[k][i] * right[k];
        right[i] /= work[i][i];
    }
    return true;
}

// The solution of least norm of the normal equations in `product` (order q, consistent) and `column`, into `right`:
// A = L·Lᵀ with pivoting, x = L·(LᵀL)⁻²·Lᵀ·b. L takes the place of A: its columns are rows of `work`.
__device__ inline void least_norm(Lags& lags, uint32_t q) {
    double most = 0;
    for (uint32_t i = 0; i < q; ++i) most = max(most, lags.product[i][i]);
    uint32_t rank = 0;
    for (; rank < q; ++rank) {
        uint32_t pivot = 0;
        for (uint32_t i = 1; i < q; ++i) {
            if (lags.product[i][i] > lags.product[pivot][pivot]) pivot = i;
        }
        const double value = lags.product[pivot][pivot];
        if (!(value > AR_PIVOT * most)) break;
        for (uint32_t i = 0; i < q; ++i) lags.work[rank][i] = lags.product[i][pivot] / sqrt(value);
        for (uint32_t i = 0; i < q; ++i) {
            for (uint32_t j = 0; j < q; ++j) lags.product[i][j] -= lags.work[rank][i] * lags.work[rank][j];
        }
    }
    for (uint32_t a = 0; a < rank; ++a) {
        double sum = 0;
        for (uint32_t i = 0; i < q; ++i) sum += lags.work[a][i] * lags.column[i];
        lags.right[a] = sum;
    }
    bool solved = true;
    for (uint32_t time = 0; time < 2; ++time) {
        for (uint32_t e = 0; e < rank * rank; ++e) {
            double sum = 0;
            for (uint32_t i = 0; i < q; ++i) sum += lags.work[e / rank][i] * lags.work[e % rank][i];
            lags.product[e / rank][e % rank] = sum;
        }
        solved = solved && solve(lags.product, lags.right, rank);
    }
    for (uint32_t i = 0; i < q; ++i) {
        double sum = 0;
        for (uint32_t a = 0; a < rank && solved; ++a) sum += lags.work[a][i] * lags.right[a];
        lags.column[i] = sum;
    }
    for (uint32_t i = 0; i < q; ++i) lags.right[i] = lags.column[i];
}

// Conditional least squares into `theta`; returns whether the data left it undetermined. By one lane.
template <typename T>
__device__ bool ar_least_squares(const Deviations<T>& v, Lags& lags, bool trend, bool is_constant) {
    const uint32_t lead = trend, q = v.p + lead;
    const double rows = v.t - v.p;
    // With shift 0 the equations of the deviations, with the mean those of the series itself.
    const auto cell = [&](uint32_t i, uint32_t j, double shift) {
        return lags.product[i][j] + shift * (lags.sum[i] + lags.sum[j]) + rows * shift * shift;
    };
    for (uint32_t i = 0; i < v.p; ++i) {
        for (uint32_t j = 0; j < v.p; ++j) lags.work[i + lead][j + lead] = cell(i + 1, j + 1, 0);
        if (trend) lags.work[0][i + 1] = lags.work[i + 1][0] = lags.sum[i + 1];
        lags.right[i + lead] = cell(0, i + 1, 0);
    }
    if (trend) lags.work[0][0] = rows, lags.right[0] = lags.sum[0];
    if (!is_constant && solve(lags.work, lags.right, q)) {
        double share = 1;
        for (uint32_t i = 1; i <= v.p; ++i) {
            lags.theta[i] = lags.right[i - 1 + lead];
            share -= lags.theta[i];
        }
        lags.theta[0] = trend ? lags.right[0] + v.mean * share : 0;
        return false;
    }
    for (uint32_t i = 0; i < v.p; ++i) {
        for (uint32_t j = 0; j < v.p; ++j) lags.work[i + lead][j + lead] = cell(i + 1, j + 1, v.mean);
        if (trend) lags.work[0][i + 1] = lags.work[i + 1][0] = lags.sum[i + 1] + rows * v.mean;
        lags.column[i + lead] = cell(0, i + 1, v.mean);
    }
    if (trend) lags.work[0][0] = rows, lags.column[0] = lags.sum[0] + rows * v.mean;
    for (uint32_t e = 0; e < q * q; ++e) lags.product[e / q][e % q] = lags.work[e / q][e % q];
    least_norm(lags, q);
    for (uint32_t i = 1; i <= v.p; ++i) lags.theta[i] = lags.right[i - 1 + lead];
    lags.theta[0] = trend ? lags.right[0] : 0;
    return true;
}

// φ of order m in `theta` from those of order m − 1.
__device__ inline void reflect(Lags& lags, uint32_t m, double reflection) {
    for (uint32_t i = 1; i < m; ++i) lags.column[i] = lags.theta[i];
    for (uint32_t i = 1; i < m; ++i) lags.theta[i] -= reflection * lags.column[m - i];
    lags.theta[m] = reflection;
}

// Yule–Walker equations by Levinson's recursion; φ into `theta`; returns the variance left. By one lane.
template <typename T>
__device__ double ar_yule_walker(const Deviations<T>& v, Lags& lags) {
    for (uint32_t k = 0; k <= v.p; ++k) lags.right[k] = v.product(lags, k, 0, k) / v.t;
    double error = lags.right[0];
    for (uint32_t m = 1; m <= v.p; ++m) {
        double reflection = lags.right[m];
        for (uint32_t i = 1; i < m; ++i) reflection -= lags.theta[i] * lags.right[m - i];
        reflection /= error;
        reflect(lags, m, reflection);
        error *= 1 - reflection * reflection;
    }
    return error;
}

// Burg's recursion, its sums of errors as quadratic forms of the lagged products; φ into `theta`; returns the variance
// left. By one lane.
template <typename T>
__device__ double ar_burg(const Deviations<T>& v, Lags& lags, bool& deficient) {
    const double whole = 2 * v.product(lags, 0, 0, 0);
    double variance = 0;
    for (uint32_t m = 1; m <= v.p; ++m) {
        const auto weight = [&](uint32_t i) { return i == 0 ? 1 : -lags.theta[i]; };
        double both = 0, power = 0;
        for (uint32_t i = 0; i < m; ++i) {
            for (uint32_t j = 0; j < m; ++j) {
                const double weights = weight(i) * weight(j);
                both += weights * v.product(lags, m, i, m - j);
                power += weights * (v.product(lags, m, i, j) + v.product(lags, m, m - i, m - j));
            }
        }
        deficient = deficient || power <= AR_PIVOT * whole;
        const double reflection = deficient ? 0 : 2 * both / power;
        reflect(lags, m, reflection);
        variance = max(power, 0.0) * (1 - reflection * reflection) / (2.0 * (v.t - m));
    }
    return variance;
}

}  // namespace prism
