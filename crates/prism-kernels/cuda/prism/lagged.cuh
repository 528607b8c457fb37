// Sums of lagged products of a series by a warp, from shared memory.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"

namespace prism {

// Values of a series that a warp has in shared memory, zeros before and behind them; `shared` of the Rust side counts
// alike.
constexpr uint32_t AR_TILE = 1024, AR_ZEROS = 16;
// Values that a lane takes at a time.
constexpr int AR_STEP = 16;

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

}  // namespace prism
