#include "prism/reduce.cuh"

namespace prism {

// Products of a chunk are summed in T, chunks in double precision: conversions take longer than sums.
template <typename T>
constexpr int CHUNK = sizeof(T) == 4 ? 4 : 1;

// What G beliefs predict by a row of the weights, on all lanes of a warp.
template <int G, typename T>
__device__ void predict(const T* row, const T* const (&mu)[G], uint32_t d, double (&predicted)[G]) {
    constexpr int C = CHUNK<T>, U = 8 / C;
#pragma unroll
    for (int g = 0; g < G; ++g) predicted[g] = 0;
    uint32_t j = threadIdx.x % 32;
    for (; j + 32 * (U * C - 1) < d; j += 32 * U * C) {
        T w[U * C];
#pragma unroll
        for (int k = 0; k < U * C; ++k) w[k] = row[j + 32 * k];
#pragma unroll
        for (int g = 0; g < G; ++g) {
#pragma unroll
            for (int u = 0; u < U; ++u) {
                T some = 0;
#pragma unroll
                for (int k = u * C; k < (u + 1) * C; ++k) some = fma(w[k], mu[g][j + 32 * k], some);
                predicted[g] += double(some);
            }
        }
    }
    for (; j < d; j += 32) {
#pragma unroll
        for (int g = 0; g < G; ++g) predicted[g] = fma(double(row[j]), double(mu[g][j]), predicted[g]);
    }
#pragma unroll
    for (int g = 0; g < G; ++g) predicted[g] = warp_sum(predicted[g]);
}

// What the errors of G beliefs draw column j, and the next `across` ones, by rows `first`, first + parts, …
template <int G, int COLUMNS, typename T>
__device__ void draw_back(const T* weights, const T* pi_y, const T* const (&error)[G], uint32_t first, uint32_t parts,
                          uint32_t n, uint32_t d, uint32_t k, uint32_t j, uint32_t across, double (&back)[COLUMNS][G]) {
    constexpr int C = (sizeof(T) == 4 ? 4 : 2) / (G > 1 ? 2 : 1);
    for (uint64_t i = first; i < n; i += C * uint64_t(parts)) {
        T w[C][COLUMNS], wrong[C][G];
#pragma unroll
        for (int r = 0; r < C; ++r) {
            const uint64_t row = i + r * uint64_t(parts);
            const bool is_there = row < n;
#pragma unroll
            for (int c = 0; c < COLUMNS; ++c) w[r][c] = is_there ? weights[row * d + min(j + c * across, d - 1)] : T(0);
            const T precision = is_there ? pi_y[k > 1 ? row : 0] : T(0);
#pragma unroll
            for (int g = 0; g < G; ++g) wrong[r][g] = is_there ? precision * error[g][row] : T(0);
        }
#pragma unroll
        for (int c = 0; c < COLUMNS; ++c) {
#pragma unroll
            for (int g = 0; g < G; ++g) {
                T some = 0;
#pragma unroll
                for (int r = 0; r < C; ++r) some = fma(w[r][c], wrong[r][g], some);
                back[c][g] += double(some);
            }
        }
    }
}

// G beliefs, the last of them once more where fewer are left.
template <int G, typename T>
__device__ void errors_of(const T* mu, const T* y, const T* weights, const T* bias, const T* pi_y, T* error, T* drawn,
                          uint32_t parts, uint64_t first, uint64_t block, uint32_t b, uint32_t d, uint32_t n,
                          uint32_t v, uint32_t k) {
    const uint32_t across = min(d, blockDim.x), down = d > 0 ? blockDim.x / across : 1;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, begin = block * down;
    const T *belief[G], *wrong[G];
#pragma unroll
    for (int g = 0; g < G; ++g) {
        const uint64_t row = min(first + g, uint64_t(b) - 1);
        belief[g] = mu + row * d;
        wrong[g] = error + row * n;
    }
    // The rows of a part lie `parts` apart; those of the block's parts beside each other.
    const uint32_t own = min(down, parts - begin);
    for (uint32_t number = warp;; number += blockDim.x / 32) {
        const uint64_t i = begin + number % own + number / own * uint64_t(parts);
        if (i >= n) break;
        double predicted[G];
        predict<G>(weights + i * d, belief, d, predicted);
        if (lane < G && first + lane < b) {
            double mine = predicted[0];
#pragma unroll
            for (int g = 1; g < G; ++g) mine = lane == g ? predicted[g] : mine;
            const uint64_t row = first + lane;
            error[row * n + i] = T(double(y[row * n + i]) - (mine + (v > 0 ? double(bias[i]) : 0.0)));
        }
    }
    __syncthreads();
    const uint32_t column = d > 0 ? threadIdx.x % across : 0, level = d > 0 ? threadIdx.x / across : 0;
    if (level >= own) return;
    constexpr int COLUMNS = G == 1 ? 4 : 2;
    for (uint64_t j = column; j < d; j += COLUMNS * across) {
        double back[COLUMNS][G] = {};
        draw_back<G, COLUMNS>(weights, pi_y, wrong, begin + level, parts, n, d, k, j, across, back);
#pragma unroll
        for (int c = 0; c < COLUMNS; ++c) {
#pragma unroll
            for (int g = 0; g < G; ++g) {
                if (j + c * across < d && first + g < b)
                    drawn[((begin + level) * uint64_t(b) + first + g) * d + j + c * across] = T(back[c][g]);
            }
        }
    }
}

}  // namespace prism

// A block four beliefs, or the only one, and as many parts as it has threads for beside each other: it finds the errors
// of the parts' rows, a warp a row, then what they draw the columns, for which the rows are still in its caches.
template <typename T>
__device__ void belief_errors(const T* mu,       // [b, d]
                              const T* y,        // [b, n]
                              const T* weights,  // [n, d]
                              const T* bias,     // [v]
                              const T* pi_y,     // [k]
                              T* error,          // [b, n]
                              T* drawn,          // [parts, b, d]
                              uint32_t b, uint32_t d, uint32_t n, uint32_t v, uint32_t k, uint32_t parts) {
    const uint32_t down = d > 0 ? max(blockDim.x / d, 1) : 1, blocks = (parts + down - 1) / down;
    const uint64_t group = blockIdx.x / blocks, block = blockIdx.x % blocks;
    if (b == 1)
        prism::errors_of<1>(mu, y, weights, bias, pi_y, error, drawn, parts, 0, block, b, d, n, v, k);
    else if (4 * group < b)
        prism::errors_of<4>(mu, y, weights, bias, pi_y, error, drawn, parts, 4 * group, block, b, d, n, v, k);
}
