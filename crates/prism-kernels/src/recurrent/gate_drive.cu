#include "prism/weights.cuh"

namespace prism {

constexpr uint32_t TILE = 64, DEEP = 16;

// A warp an output of eight rows of x.
template <typename T>
__device__ void drive_by_warp(const T* x, const T* w, const T* bias, T* drive, uint32_t m, uint32_t k, uint32_t g) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32, column = warp % g;
    const uint64_t first = warp / g * 8;
    if (first >= m) return;
    const uint32_t lane = threadIdx.x % 32, count = min(uint64_t(8), m - first);
    T sum[8] = {}, mine = 0;
    Weights<T>::add_dense(sum, w + column * k, k, x + first * k, k, count);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const T all = warp_sum(sum[i]);
        if (lane == i) mine = all;
    }
    if (lane < count) drive[(first + lane) * g + column] = mine + (bias ? bias[column] : T(0));
}

// A block a tile of 64 rows of x and 64 outputs, a thread every sixteenth of both.
template <typename T>
__device__ void drive_by_tile(const T* x, const T* w, const T* bias, T* drive, uint64_t m, uint32_t k, uint32_t g) {
    __shared__ T rows[DEEP][TILE + 1], weights[DEEP][TILE + 1];
    const uint64_t across = (uint64_t(g) + TILE - 1) / TILE;
    const uint64_t top = blockIdx.x / across * TILE, left = blockIdx.x % across * TILE;
    const uint32_t tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    T sum[4][4] = {};
    for (uint32_t from = 0; from < k; from += DEEP) {
        const uint32_t deep = from + tx;
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const uint32_t at = ty + 16 * i;
            rows[tx][at] = deep < k && top + at < m ? x[(top + at) * k + deep] : T(0);
            weights[tx][at] = deep < k && left + at < g ? w[(left + at) * k + deep] : T(0);
        }
        __syncthreads();
#pragma unroll
        for (int e = 0; e < DEEP; ++e) {
#pragma unroll
            for (int i = 0; i < 4; ++i) {
#pragma unroll
                for (int j = 0; j < 4; ++j) sum[i][j] += rows[e][ty + 16 * i] * weights[e][tx + 16 * j];
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const uint64_t row = top + ty + 16 * i, column = left + tx + 16 * j;
            if (row < m && column < g) drive[row * g + column] = sum[i][j] + (bias ? bias[column] : T(0));
        }
    }
}

}  // namespace prism

template <typename T>
__device__ void gate_drive(const T* x,     // [m, k]
                           const T* w,     // [g, k]
                           const T* bias,  // [a]
                           T* drive,       // [m, g]
                           uint64_t m, uint32_t k, uint32_t g, uint32_t a) {
    const T* const offsets = a ? bias : nullptr;
    if (m <= 32)
        prism::drive_by_warp(x, w, offsets, drive, uint32_t(m), k, g);
    else
        prism::drive_by_tile(x, w, offsets, drive, m, k, g);
}
