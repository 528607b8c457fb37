#include "prism/warp.cuh"

namespace prism {

// The sums over a warp of eight values of every lane, the r-th on lanes 4r to 4r + 3: half of the values go at each
// exchange, as long as there are any to give away.
__device__ inline double eight_sums(double (&value)[8]) {
    const uint32_t lane = threadIdx.x % 32;
#pragma unroll
    for (uint32_t kept = 4; kept; kept /= 2) {
        const bool is_upper = lane & (4 * kept);
#pragma unroll
        for (uint32_t k = 0; k < kept; ++k) {
            const double given = is_upper ? value[k] : value[k + kept];
            value[k] = (is_upper ? value[k + kept] : value[k]) + __shfl_xor_sync(FULL, given, 4 * kept);
        }
    }
    for (uint32_t step = 2; step; step /= 2) value[0] += __shfl_xor_sync(FULL, value[0], step);
    return value[0];
}

}  // namespace prism

// A block a row, for all steps. Weights, belief and weighted errors stay in shared memory; products are summed by fours
// in T, those sums in double precision: conversions take longer than sums.
template <typename T>
__device__ void belief_steps(const T* mu,       // [b, d]
                             const T* prior,    // [b, d]
                             const T* y,        // [b, n]
                             const T* weights,  // [n, d]
                             const T* bias,     // [v]
                             const T* pi_y,     // [k]
                             const T* pi_x,     // [l]
                             T* belief,         // [b, d]
                             T* error,          // [b, n]
                             double kappa, uint32_t steps, uint32_t b, uint32_t d, uint32_t n, uint32_t v, uint32_t k,
                             uint32_t l) {
    constexpr uint32_t HELD = 5120, FOUR = 4;
    __shared__ T held[HELD];
    __shared__ double partial[256];
    const uint64_t row = blockIdx.x;
    if (row >= b) return;
    T *const state = held, *const weighted = state + d, *const matrix = weighted + n;
    for (uint32_t j = threadIdx.x; j < d; j += blockDim.x) state[j] = mu[row * d + j];
    for (uint32_t i = threadIdx.x; i < n * d; i += blockDim.x) matrix[i] = weights[i];
    __syncthreads();
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = blockDim.x / 32;
    // Threads side by side along a row of the weights; where that is short, several down each column.
    const uint32_t across = min(d, blockDim.x), down = across > 0 ? blockDim.x / across : 0;
    const uint32_t column = across > 0 ? threadIdx.x % across : 0, level = across > 0 ? threadIdx.x / across : 0;

    for (uint32_t step = 0; step < max(steps, 1); ++step) {
        for (uint32_t first = warp * 8; first < n; first += warps * 8) {
            const uint32_t left = n - 1 - first;  // rows after the first; beyond them it is the last once more
            double predicted[8] = {};
            const auto add = [&](auto& sums, uint32_t j) {
                const T *from = matrix + first * d + j, x = state[j];
#pragma unroll
                for (uint32_t r = 0; r < 8; ++r) sums[r] = fma(from[min(r, left) * d], x, sums[r]);
            };
            for (uint32_t j = lane; j < d;) {
                if constexpr (sizeof(T) == 8) {
                    add(predicted, j);
                    j += 32;
                } else {
                    T some[8] = {};
#pragma unroll 1
                    for (const uint32_t end = min(d, j + 32 * FOUR); j < end; j += 32) add(some, j);
#pragma unroll
                    for (uint32_t r = 0; r < 8; ++r) predicted[r] += double(some[r]);
                }
            }
            const uint32_t i = first + min(lane / 4, left);
            const double seen = double(y[row * n + i]) - (v > 0 ? double(bias[i]) : 0.0);
            const T precision = pi_y[k > 1 ? i : 0];
            const T wrong = T(seen - prism::eight_sums(predicted));
            if (lane % 4 == 0 && lane / 4 <= left) {
                weighted[i] = precision * wrong;
                if (step + 1 >= steps) error[row * n + i] = wrong;
            }
        }
        __syncthreads();
        if (step == steps) break;
        for (uint32_t j0 = 0; j0 < d; j0 += across) {
            const uint32_t j = j0 + column;
            const bool is_there = j < d && level < down;
            double back = 0;
            uint32_t i = is_there ? level : n;
            for (; i + (FOUR - 1) * down < n; i += FOUR * down) {
                T some = 0;
#pragma unroll
                for (uint32_t r = 0; r < FOUR; ++r)
                    some = fma(matrix[(i + r * down) * d + j], weighted[i + r * down], some);
                back += double(some);
            }
            for (; i < n; i += down) back += double(matrix[i * d + j] * weighted[i]);
            partial[threadIdx.x] = back;
            __syncthreads();
            if (level == 0 && j < d) {
                for (uint32_t other = 1; other < down; ++other) back += partial[other * across + column];
                const double old = double(state[j]);
                const double drawn = double(pi_x[l > 1 ? j : 0]) * (old - double(prior[row * d + j]));
                state[j] = T(old + kappa * (back - drawn));
            }
            __syncthreads();
        }
    }
    for (uint32_t j = threadIdx.x; j < d; j += blockDim.x) belief[row * d + j] = state[j];
}
