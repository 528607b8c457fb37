// Autoregressions from sums of lagged products, a warp a series.
#pragma once
#include "prism/lagged.cuh"

namespace prism {

// A pivot below this share of its diagonal is none; deviations below the other share of the values are rounding.
constexpr double AR_PIVOT = 1e-12, AR_CONSTANT = 1e-26;

// Solves `work` x = `right` of order q ≤ 25 by Cholesky's factorisation in place, a lane a row, the right side below
// the last; x into `right`. False where a pivot is lost in rounding. All lanes of the warp must call it.
__device__ inline bool warp_solve(const Lags& lags, uint32_t q) {
    const uint32_t lane = threadIdx.x % 32;
    double* const row = lane < q ? &lags.work(lane, 0) : lane == q ? lags.right() : nullptr;
    const double diagonal = lane < q ? row[lane] : 0;
    double own = 0;  // the inverse of the lane's pivot
    for (uint32_t j = 0; j < q; ++j) {
        __syncwarp();
        const double pivot = lags.work(j, j);
        if (pivot <= AR_PIVOT * __shfl_sync(FULL, diagonal, j)) return false;
        const double inverse = rsqrt(pivot);
        if (lane == j) own = inverse;
        __syncwarp();
        if (row && lane > j) row[j] *= inverse;
        __syncwarp();
        if (row && lane > j) {
            const double factor = row[j];
#pragma unroll 4
            for (uint32_t k = j + 1; k < min(lane + 1, q); ++k) row[k] -= factor * lags.work(k, j);
        }
    }
    __syncwarp();
    double rest = lane < q ? lags.right()[lane] : 0;
    for (uint32_t j = q; j-- > 0;) {
        const double x = __shfl_sync(FULL, rest * own, j);
        if (lane == j) lags.right()[j] = x;
        if (lane < j) rest -= lags.work(j, lane) * x;
    }
    __syncwarp();
    return true;
}

// Solves `product` x = `right` of order q by Cholesky's factorisation, in place; false where a pivot is lost in
// rounding. By one lane.
__device__ inline bool solve(const Lags& lags, uint32_t q) {
    double* const right = lags.right();
    const auto work = [&](uint32_t i, uint32_t j) -> double& { return lags.product(i, j); };
    for (uint32_t j = 0; j < q; ++j) {
        const double diagonal = work(j, j);
        for (uint32_t i = j; i < q; ++i) {
            for (uint32_t k = 0; k < j; ++k) work(i, j) -= work(i, k) * work(j, k);
            if (i == j && work(j, j) <= AR_PIVOT * diagonal) return false;
            work(i, j) = i == j ? sqrt(work(j, j)) : work(i, j) / work(j, j);
        }
    }
    for (uint32_t i = 0; i < q; ++i) {
        for (uint32_t k = 0; k < i; ++k) right[i] -= work(i, k) * right[k];
        right[i] /= work(i, i);
    }
    for (uint32_t i = q; i-- > 0;) {
        for (uint32_t k = i + 1; k < q; ++k) right[i] -= work(k, i) * right[k];
        right[i] /= work(i, i);
    }
    return true;
}

// The solution of least norm of the normal equations in `product` (order q, consistent) and `column`, into `right`:
// A = L·Lᵀ with pivoting, x = L·(LᵀL)⁻²·Lᵀ·b. L takes the place of A: its columns are rows of `work`.
__device__ inline void least_norm(const Lags& lags, uint32_t q) {
    double most = 0;
    for (uint32_t i = 0; i < q; ++i) most = max(most, lags.product(i, i));
    uint32_t rank = 0;
    for (; rank < q; ++rank) {
        uint32_t pivot = 0;
        for (uint32_t i = 1; i < q; ++i) {
            if (lags.product(i, i) > lags.product(pivot, pivot)) pivot = i;
        }
        const double value = lags.product(pivot, pivot);
        if (!(value > AR_PIVOT * most)) break;
        for (uint32_t i = 0; i < q; ++i) lags.work(rank, i) = lags.product(i, pivot) / sqrt(value);
        for (uint32_t i = 0; i < q; ++i) {
            for (uint32_t j = 0; j < q; ++j) lags.product(i, j) -= lags.work(rank, i) * lags.work(rank, j);
        }
    }
    for (uint32_t a = 0; a < rank; ++a) {
        double sum = 0;
        for (uint32_t i = 0; i < q; ++i) sum += lags.work(a, i) * lags.column()[i];
        lags.right()[a] = sum;
    }
    bool solved = true;
    for (uint32_t time = 0; time < 2; ++time) {
        for (uint32_t e = 0; e < rank * rank; ++e) {
            double sum = 0;
            for (uint32_t i = 0; i < q; ++i) sum += lags.work(e / rank, i) * lags.work(e % rank, i);
            lags.product(e / rank, e % rank) = sum;
        }
        solved = solved && solve(lags, rank);
    }
    for (uint32_t i = 0; i < q; ++i) {
        double sum = 0;
        for (uint32_t a = 0; a < rank && solved; ++a) sum += lags.work(a, i) * lags.right()[a];
        lags.column()[i] = sum;
    }
    for (uint32_t i = 0; i < q; ++i) lags.right()[i] = lags.column()[i];
}

// The normal equations of the deviations, or with the mean for shift those of the series itself, into `work` and
// `right`.
template <typename T>
__device__ void normal_equations(const Deviations<T>& v, const Lags& lags, bool trend, double shift) {
    const uint32_t lead = trend, p = v.p;
    const double rows = v.t - p;
    const auto cell = [&](uint32_t i, uint32_t j) {
        return lags.product(i, j) + shift * (lags.sum()[i] + lags.sum()[j]) + rows * shift * shift;
    };
    __syncwarp();
    for (uint32_t e = threadIdx.x % 32; e < p * p; e += 32) {
        lags.work(e / p + lead, e % p + lead) = cell(e / p + 1, e % p + 1);
    }
    for (uint32_t i = threadIdx.x % 32; i < p; i += 32) {
        lags.right()[i + lead] = cell(0, i + 1);
        if (trend) lags.work(0, i + 1) = lags.work(i + 1, 0) = lags.sum()[i + 1] + rows * shift;
    }
    if (trend && threadIdx.x % 32 == 0) lags.work(0, 0) = rows, lags.right()[0] = lags.sum()[0] + rows * shift;
    __syncwarp();
}

// Conditional least squares into `theta`; returns whether the data left it undetermined.
template <typename T>
__device__ bool ar_least_squares(const Deviations<T>& v, const Lags& lags, bool trend, bool is_constant) {
    const uint32_t lane = threadIdx.x % 32, lead = trend, q = v.p + lead;
    normal_equations(v, lags, trend, 0);
    const bool deficient = is_constant || !warp_solve(lags, q);
    if (deficient) {
        normal_equations(v, lags, trend, v.mean);
        if (lane == 0) {
            for (uint32_t e = 0; e < q * q; ++e) lags.product(e / q, e % q) = lags.work(e / q, e % q);
            for (uint32_t i = 0; i < q; ++i) lags.column()[i] = lags.right()[i];
            least_norm(lags, q);
        }
        __syncwarp();
    }
    const double phi = lane >= 1 && lane <= v.p ? lags.right()[lane - 1 + lead] : 0;
    if (lane >= 1 && lane <= v.p) lags.theta()[lane] = phi;
    const double share = 1 - warp_sum(phi);
    if (lane == 0) lags.theta()[0] = !trend ? 0 : lags.right()[0] + (deficient ? 0 : v.mean * share);
    __syncwarp();
    return deficient;
}

// φ of order m in `theta` from those of order m − 1.
__device__ inline void reflect(const Lags& lags, uint32_t m, double reflection) {
    const uint32_t i = threadIdx.x % 32;
    const double other = i >= 1 && i < m ? lags.theta()[m - i] : 0;
    __syncwarp();
    if (i >= 1 && i < m) lags.theta()[i] -= reflection * other;
    if (i == m) lags.theta()[m] = reflection;
    __syncwarp();
}

// Yule–Walker equations by Levinson's recursion; φ into `theta`; returns the variance left.
template <typename T>
__device__ double ar_yule_walker(const Deviations<T>& v, const Lags& lags) {
    const uint32_t i = threadIdx.x % 32;
    if (i <= v.p) lags.right()[i] = v.product(i, 0, i) / v.t;
    __syncwarp();
    double error = lags.right()[0];
    for (uint32_t m = 1; m <= v.p; ++m) {
        const double known = warp_sum(i >= 1 && i < m ? lags.theta()[i] * lags.right()[m - i] : 0.0);
        const double reflection = (lags.right()[m] - known) / error;
        reflect(lags, m, reflection);
        error *= 1 - reflection * reflection;
    }
    return error;
}

// Burg's recursion, its sums of errors as quadratic forms of the lagged products; φ into `theta`; returns the variance
// left.
template <typename T>
__device__ double ar_burg(const Deviations<T>& v, const Lags& lags, bool& deficient) {
    const double whole = 2 * v.product(0, 0, 0);
    double variance = 0;
    for (uint32_t m = 1; m <= v.p; ++m) {
        const auto weight = [&](uint32_t i) { return i == 0 ? 1 : -lags.theta()[i]; };
        double both = 0, power = 0;
        for (uint32_t e = threadIdx.x % 32; e < m * m; e += 32) {
            const uint32_t i = e / m, j = e % m;
            const double weights = weight(i) * weight(j);
            both += weights * v.product(m, i, m - j);
            power += weights * (v.product(m, i, j) + v.product(m, m - i, m - j));
        }
        both = warp_sum(both);
        power = warp_sum(power);
        deficient = deficient || power <= AR_PIVOT * whole;
        const double reflection = deficient ? 0 : 2 * both / power;
        reflect(lags, m, reflection);
        variance = max(power, 0.0) * (1 - reflection * reflection) / (2.0 * (v.t - m));
    }
    return variance;
}

}  // namespace prism
