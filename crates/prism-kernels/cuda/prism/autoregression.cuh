// Autoregressions from sums of lagged products, a warp a series.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"

namespace prism {

// Values of a series that a warp has in shared memory, zeros before and behind them; `shared` of the Rust side counts
// alike.
constexpr uint32_t AR_TILE = 1024, AR_ZEROS = 16;
// Values that a lane takes at a time.
constexpr int AR_STEP = 16;
// A pivot below this share of its diagonal is none; deviations below the other share of the values are rounding.
constexpr double AR_PIVOT = 1e-12, AR_CONSTANT = 1e-26;

// What a warp knows of its series, in shared memory: 2·w² + 6·w doubles behind the tile, w = p + 1.
struct Lags {
    double* tile;  // values of the series one after the other
    uint32_t width;

    // In the warp's share of `shared`.
    __device__ Lags(double* shared, uint32_t p) : width(p + 1) {
        tile = shared + threadIdx.x / 32 * (AR_TILE + 2 * AR_ZEROS + (2 * width + 6) * width) + AR_ZEROS;
    }

    __device__ double* row(uint32_t i) const { return tile + AR_TILE + AR_ZEROS + i * width; }
    // Σ v_{t−i}·v_{t−j} over t from p on.
    __device__ double& product(uint32_t i, uint32_t j) const { return row(i)[j]; }
    __device__ double& work(uint32_t i, uint32_t j) const { return row(width + i)[j]; }
    // Σ v_{t−i} over t from p on.
    __device__ double* sum() const { return row(2 * width); }
    // c, φ₁ … φ_p.
    __device__ double* theta() const { return row(2 * width + 1); }
    __device__ double* right() const { return row(2 * width + 2); }
    __device__ double* column() const { return row(2 * width + 3); }
    // The deviations of the first p values, and of the last p, the last first.
    __device__ double* first() const { return row(2 * width + 4); }
    __device__ double* last() const { return row(2 * width + 5); }
};

// A series and its deviations from the mean; from 0 without a trend. All lanes of the warp must call each function.
template <typename T>
struct Deviations {
    const T* y;
    uint32_t t, p;
    Lags& lags;
    double mean = 0;

    // Brings up to AR_TILE values from `from` on, each also to `see`; says how many.
    template <typename See>
    __device__ uint32_t stage(uint64_t from, See see) const {
        const uint32_t count = min(uint64_t(t) - from, uint64_t(AR_TILE)), lane = threadIdx.x % 32;
        __syncwarp();
#pragma unroll 8
        for (uint32_t i = lane; i < count; i += 32) {
            const double value = double(y[from + i]);
            lags.tile[i] = value;
            see(value);
        }
        if (lane < AR_ZEROS) lags.tile[int32_t(lane) - int32_t(AR_ZEROS)] = lags.tile[count + lane] = 0;
        __syncwarp();
        return count;
    }

    // The mean of all values; whether all are finite.
    __device__ bool look(bool trend) {
        double total = 0, nothing = 0;  // NaN once it has met what is not finite
        for (uint64_t from = 0; from < t; from += AR_TILE) {
            stage(from, [&](double value) {
                total += value;
                nothing = fma(value, 0.0, nothing);
            });
        }
        total = warp_sum(total);
        mean = trend ? total / t : 0;
        for (uint32_t i = threadIdx.x % 32; i < p; i += 32) {
            lags.first()[i] = double(y[i]) - mean;
            lags.last()[i] = double(y[t - 1 - i]) - mean;
        }
        return __all_sync(FULL, nothing == 0);
    }

    // Calls visit(begin, end) for the lane's places in the tile, of all from p on: neighbours, an odd number of them,
    // so that lanes read in different banks.
    template <typename Visit>
    __device__ void chunks(Visit visit) const {
        for (uint64_t from = 0; from + p < t; from += AR_TILE - p) {
            const uint32_t count = t > AR_TILE ? stage(from, [](double) {}) : t, each = (count - p + 31) / 32 | 1;
            const uint32_t begin = p + threadIdx.x % 32 * each;
            visit(min(begin, count), min(begin + each, count));
        }
    }

    // Σ v_t·v_{t−base−k} for k below nine, by windows of some values and the eight before them; with base 0 also Σ v_t.
    template <bool NEAR>
    __device__ void lagged(uint32_t base, double (&held)[9], double& first) const {
        chunks([&](uint32_t begin, uint32_t end) {
            const double* const before = lags.tile - base;
            double window[8 + AR_STEP];
#pragma unroll
            for (int k = 0; k < 8; ++k) window[k] = before[int32_t(begin) + k - 8] - mean;
#pragma unroll 1
            for (uint32_t i = begin; i < end; i += AR_STEP) {
#pragma unroll
                for (int k = 0; k < AR_STEP; ++k) {
                    const double now = i + k < end ? lags.tile[i + k] - mean : 0;
                    window[8 + k] = NEAR ? now : before[i + k] - mean;
                    if (NEAR) first += now;
#pragma unroll
                    for (int lag = 0; lag < 9; ++lag) held[lag] += now * window[8 + k - lag];
                }
#pragma unroll
                for (int k = 0; k < 8; ++k) window[k] = window[AR_STEP + k];
            }
        });
    }

    // All sums of `lags`: those over lags from 0, then along the diagonals, where one step takes one product in and one
    // out.
    __device__ void sums() const {
        const uint32_t lane = threadIdx.x % 32;
        double total = 0;
        for (uint32_t base = 0; base <= p; base += 9) {
            double held[9] = {};
            if (base == 0)
                lagged<true>(base, held, total);
            else
                lagged<false>(base, held, total);
#pragma unroll
            for (uint32_t k = 0; k < 9; ++k) {
                const double sum = warp_sum(held[k]);
                if (lane == 0 && base + k <= p) lags.product(0, base + k) = sum;
            }
        }
        total = warp_sum(total);
        __syncwarp();
        if (lane <= p) {
            double product = lags.product(0, lane);
            lags.product(lane, 0) = product;
            for (uint32_t i = 0; i + lane < p; ++i) {
                product +=
                    lags.first()[p - 1 - i] * lags.first()[p - 1 - i - lane] - lags.last()[i] * lags.last()[i + lane];
                lags.product(i + 1, i + 1 + lane) = lags.product(i + 1 + lane, i + 1) = product;
            }
        }
        if (lane == 0) {
            lags.sum()[0] = total;
            for (uint32_t i = 0; i < p; ++i)
                lags.sum()[i + 1] = lags.sum()[i] + lags.first()[p - 1 - i] - lags.last()[i];
        }
        __syncwarp();
    }

    // Σ v_{s−i}·v_{s−j} over s from `from`, at most p. By any lane.
    __device__ double product(uint32_t from, uint32_t i, uint32_t j) const {
        double sum = lags.product(i, j);
        for (uint32_t s = from; s < p; ++s) sum += lags.first()[s - i] * lags.first()[s - j];
        return sum;
    }

    // Σ (y_t − c − Σ φᵢ·y_{t−i})²/(t − p).
    __device__ double residual_variance() const {
        double squares = 0;
        chunks([&](uint32_t begin, uint32_t end) {
#pragma unroll 1
            for (uint32_t i = begin; i < end; i += AR_STEP) {
                double error[AR_STEP];
#pragma unroll
                for (int k = 0; k < AR_STEP; ++k) error[k] = lags.tile[i + k] - lags.theta()[0];
                for (uint32_t base = 0; base < p; base += 8) {
                    const double* const before = lags.tile + int32_t(i - base) - 8;
                    double window[AR_STEP + 7];
#pragma unroll
                    for (int k = 0; k < AR_STEP + 7; ++k) window[k] = before[k];
#pragma unroll
                    for (int lag = 1; lag <= 8; ++lag) {
                        const double phi = base + lag <= p ? lags.theta()[base + lag] : 0;
#pragma unroll
                        for (int k = 0; k < AR_STEP; ++k) error[k] -= phi * window[8 + k - lag];
                    }
                }
#pragma unroll
                for (int k = 0; k < AR_STEP; ++k) squares += i + k < end ? error[k] * error[k] : 0;
            }
        });
        return warp_sum(squares) / (t - p);
    }
};

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
