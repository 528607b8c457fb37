// Autoregressions of any order, a block a series, what it knows of the series in scratch.
#pragma once
#include "prism/autoregression.cuh"
#include "prism/block_system.cuh"

namespace prism {

// A series, its deviations from the mean, or from 0 without a trend, and in scratch, w = p + 1, two matrices of w × w,
// six vectors of w and two of t; `words` of the Rust side counts alike. All threads of the block must call each
// function that is not const, and find scratch as it left it.
template <typename T>
struct LargeSeries {
    const T* y;
    double* scratch;
    uint32_t t, p;
    double mean = 0;

    __device__ double* row(uint64_t i) const { return scratch + i * (p + 1); }
    // Σ v_{s−i}·v_{s−j} over s from p on.
    __device__ double& product(uint32_t i, uint32_t j) const { return row(i)[j]; }
    __device__ double& work(uint32_t i, uint32_t j) const { return row(p + 1 + uint64_t(i))[j]; }
    __device__ double* vector(uint32_t which) const { return row(2 * (p + uint64_t(1)) + which); }
    // Σ v_{s−i} over s from p on.
    __device__ double* sum() const { return vector(0); }
    // c, φ₁ … φ_p.
    __device__ double* theta() const { return vector(1); }
    __device__ double* right() const { return vector(2); }
    __device__ double* column() const { return vector(3); }
    // The values before a forecast and their weights, each at its time modulo p: place + p − 1 − i is i + 1 steps back.
    __device__ double* past() const { return vector(4); }
    __device__ double* psi() const { return vector(5); }
    // Errors of predictions of a value from those before it, and of one from those behind it.
    __device__ double* forward() const { return vector(6); }
    __device__ double* backward() const { return vector(6) + t; }

    // The deviation of a value from the mean.
    __device__ double v(uint64_t s) const { return double(y[s]) - mean; }

    // Finds the mean; whether all values are finite.
    __device__ bool look(bool trend) {
        const double total = block_sum_over(t, [&](uint64_t s) { return double(y[s]); });
        if (trend) mean = total / t;
        return block_sum_over(t, [&](uint64_t s) { return double(y[s]) * 0; }) == 0;
    }

    // Σ v_s·v_{s−lag} over s from `from`, for all lags to p.
    __device__ void lagged(uint32_t from, double* to) {
        block_each_by_warp(p + 1, [&](uint32_t lag, uint32_t lane) {
            double own = 0;
            for (uint64_t s = uint64_t(max(from, lag)) + lane; s < t; s += 32) own += v(s) * v(s - lag);
            own = warp_sum(own);
            if (lane == 0) to[lag] = own;
        });
    }

    // All sums of products: those over lags from 0, then along the diagonals, where one step takes one product in and
    // one out.
    __device__ void sums() {
        lagged(p, row(0));
        const double total = block_sum_over(t - p, [&](uint64_t s) { return v(p + s); });
        if (threadIdx.x == 0) {
            sum()[0] = total;
            for (uint32_t i = 0; i < p; ++i) sum()[i + 1] = sum()[i] + v(p - 1 - i) - v(t - 1 - i);
        }
        block_each(p + uint64_t(1), [&](uint32_t lag) {
            double both = product(0, lag);
            product(lag, 0) = both;
            for (uint32_t i = 0; i + lag < p; ++i) {
                both += v(p - 1 - i) * v(p - 1 - i - lag) - v(t - 1 - i) * v(t - 1 - i - lag);
                product(i + 1, i + 1 + lag) = product(i + 1 + lag, i + 1) = both;
            }
        });
    }

    // The normal equations of the deviations, or with the mean for shift those of the series itself, into `work` and
    // `right`.
    __device__ void normal_equations(bool trend, double shift) {
        const uint32_t lead = trend;
        const double rows = t - p;
        const auto cell = [&](uint32_t i, uint32_t j) {
            return product(i, j) + shift * (sum()[i] + sum()[j]) + rows * shift * shift;
        };
        block_each_by_warp(p, [&](uint32_t i, uint32_t lane) {
            for (uint64_t j = lane; j < p; j += 32) work(i + lead, j + lead) = cell(i + 1, j + 1);
            if (lane) return;
            right()[i + lead] = cell(0, i + 1);
            if (trend) work(0, i + 1) = work(i + 1, 0) = sum()[i + 1] + rows * shift;
        });
        if (trend && threadIdx.x == 0) work(0, 0) = rows, right()[0] = sum()[0] + rows * shift;
        __syncthreads();
    }

    // c, from its part of the mean, where φ is known.
    __device__ double constant() {
        return mean * (1 - block_sum_over(p, [&](uint64_t i) { return theta()[i + 1]; }));
    }

    // Conditional least squares into `theta`; returns whether the data left it undetermined.
    __device__ bool least_squares(bool trend, bool is_constant) {
        const uint32_t lead = trend, q = p + lead;
        sums();
        normal_equations(trend, 0);
        const BlockSystem system = {&work(0, 0), right(), row(0), column(), past(), p + uint64_t(1), AR_PIVOT};
        const bool deficient = is_constant || !system.solve(q);
        if (deficient) {
            normal_equations(trend, mean);
            system.solve_by_least_norm(q);
        }
        block_each(p, [&](uint32_t i) { theta()[i + 1] = right()[i + lead]; });
        const double moved = deficient ? 0 : constant();
        if (threadIdx.x == 0) theta()[0] = trend ? right()[0] + moved : 0;
        __syncthreads();
        return deficient;
    }

    // φ of order m in `theta` from those of order m − 1, the i-th and the i-th from behind together.
    __device__ void reflect(uint32_t m, double reflection) {
        block_each(m / 2, [&](uint32_t i) {
            double &one = theta()[i + 1], &other = theta()[m - 1 - i];
            const double before = one;
            one -= reflection * other;
            if (&one != &other) other -= reflection * before;
        });
        if (threadIdx.x == 0) theta()[m] = reflection;
        __syncthreads();
    }

    // Yule–Walker equations by Levinson's recursion; φ into `theta`; returns the variance left.
    __device__ double yule_walker() {
        lagged(0, right());
        double error = right()[0];
        for (uint32_t m = 1; m <= p; ++m) {
            const double known = block_sum_over(m - 1, [&](uint32_t i) { return theta()[i + 1] * right()[m - 1 - i]; });
            const double reflection = (right()[m] - known) / error;
            reflect(m, reflection);
            error *= 1 - reflection * reflection;
        }
        return error / t;
    }

    // Burg's recursion; φ into `theta`; returns the variance left. What was predicted from behind stands where what was
    // predicted from before it is paired with it: nothing moves.
    __device__ double burg(double squares, bool& deficient) {
        block_each(t, [&](uint64_t s) { forward()[s] = backward()[s] = v(s); });
        double left = 0;
        for (uint32_t m = 1; m <= p; ++m) {
            const uint32_t pairs = t - m;
            // Rounded alike, so that of a constant series one is exactly twice the other.
            const double power = block_sum_over(pairs, [&](uint64_t s) {
                const double ahead = forward()[s + m], behind = backward()[s];
                return __dadd_rn(__dmul_rn(ahead, ahead), __dmul_rn(behind, behind));
            });
            const double both =
                block_sum_over(pairs, [&](uint64_t s) { return __dmul_rn(forward()[s + m], backward()[s]); });
            deficient = deficient || power <= AR_PIVOT * 2 * squares;
            const double reflection = deficient ? 0 : 2 * both / power;
            reflect(m, reflection);
            block_each(pairs, [&](uint64_t s) {
                const double ahead = forward()[s + m], behind = backward()[s];
                forward()[s + m] = ahead - reflection * behind;
                backward()[s] = behind - reflection * ahead;
            });
            left = power * max(0.0, 1 - reflection * reflection);
        }
        return left / (2.0 * (t - p));
    }

    // Σ (y_s − c − Σ φᵢ·y_{s−i})²/(t − p).
    __device__ double residual_variance() {
        const double squares = block_sum_over(t - p, [&](uint64_t s) {
            double error = double(y[p + s]) - theta()[0];
            for (uint32_t i = 1; i <= p; ++i) error -= theta()[i] * double(y[p + s - i]);
            return error * error;
        });
        return squares / (t - p);
    }

    // The forecasts and their standard errors.
    __device__ void foresee(double variance, uint32_t h, T* forecast, T* se) {
        block_each(p, [&](uint32_t i) { past()[i] = double(y[t - p + i]), psi()[i] = 0; });
        double squares = 0;
        for (uint32_t step = 0; step < h; ++step) {
            const uint32_t place = step % p;
            const auto before = [&](uint32_t i) { return i < place ? place - 1 - i : place + p - 1 - i; };
            const double next =
                theta()[0] + block_sum_over(p, [&](uint64_t i) { return theta()[i + 1] * past()[before(i)]; });
            const double weight =
                (step == 0) + block_sum_over(p, [&](uint64_t i) { return theta()[i + 1] * psi()[before(i)]; });
            squares += weight * weight;
            if (threadIdx.x == 0) {
                past()[place] = next, psi()[place] = weight;
                forecast[step] = T(next), se[step] = T(sqrt(variance * squares));
            }
            __syncthreads();
        }
    }
};

}  // namespace prism
