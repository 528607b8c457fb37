// Six kernels whose speed depends on their configuration, in their plain textbook forms.
#pragma once

#include <cmath>

template <int W>
struct alignas(4 * W) Vector {
    float lane[W];
};

/// z = a·x + y; a thread takes I vectors, side by side (layout 1) or a block apart (layout 0).
template <int W, int I, int Layout>
__global__ void saxpy(float a, const float* x, const float* y, float* z, unsigned n) {
    const unsigned step = Layout ? 1 : blockDim.x;
    const unsigned first = blockIdx.x * blockDim.x * I + threadIdx.x * (Layout ? I : 1);
#pragma unroll
    for (int i = 0; i < I; ++i) {
        const unsigned at = first + i * step;
        if (at >= n / W) return;
        const auto vx = reinterpret_cast<const Vector<W>*>(x)[at], vy = reinterpret_cast<const Vector<W>*>(y)[at];
        Vector<W> vz;
        for (int w = 0; w < W; ++w) vz.lane[w] = a * vx.lane[w] + vy.lane[w];
        reinterpret_cast<Vector<W>*>(z)[at] = vz;
    }
}

/// y [m, n] = x [n, m] transposed by square tiles; with order 1 neighbouring blocks go down the rows.
template <int Tile, int Rows, int Padding, int Order>
__global__ void transpose(const float* x, float* y, unsigned n, unsigned m) {
    __shared__ float tile[Tile][Tile + Padding];
    const unsigned column = (Order ? blockIdx.y : blockIdx.x) * Tile, row = (Order ? blockIdx.x : blockIdx.y) * Tile;
#pragma unroll
    for (int r = 0; r < Tile; r += Rows) {
        const unsigned i = row + threadIdx.y + r, j = column + threadIdx.x;
        if (i < n && j < m) tile[threadIdx.y + r][threadIdx.x] = x[size_t(i) * m + j];
    }
    __syncthreads();
#pragma unroll
    for (int r = 0; r < Tile; r += Rows) {
        const unsigned i = row + threadIdx.x, j = column + threadIdx.y + r;
        if (i < n && j < m) y[size_t(j) * n + i] = tile[threadIdx.x][threadIdx.y + r];
    }
}

template <typename Op>
__device__ float across_warp(float value, Op op) {
    for (int lane = 16; lane > 0; lane /= 2) value = op(value, __shfl_xor_sync(~0u, value, lane));
    return value;
}

/// out += Σ x, each block by strides of the whole grid.
template <int W, int Unroll>
__global__ void sum(const float* x, float* out, unsigned n) {
    __shared__ float warps[32];
    const unsigned stride = gridDim.x * blockDim.x;
    float sums[Unroll] = {};
    for (unsigned at = blockIdx.x * blockDim.x + threadIdx.x; at < n / W; at += Unroll * stride) {
#pragma unroll
        for (int u = 0; u < Unroll; ++u) {
            if (at + u * stride >= n / W) break;
            const auto v = reinterpret_cast<const Vector<W>*>(x)[at + u * stride];
            for (int w = 0; w < W; ++w) sums[u] += v.lane[w];
        }
    }
    float total = 0;
    for (float part : sums) total += part;
    const auto plus = [](float a, float b) { return a + b; };
    total = across_warp(total, plus);
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = total;
    __syncthreads();
    if (threadIdx.x >= 32) return;
    total = across_warp(threadIdx.x < blockDim.x / 32 ? warps[threadIdx.x] : 0.0f, plus);
    if (threadIdx.x == 0) atomicAdd(out, total);
}

/// c = a·b, all [n, n] with n a multiple of the tiles; a thread makes TM × TN of the BM × BN elements of its block.
template <int BM, int BN, int BK, int TM, int TN>
__global__ void matmul(const float* a, const float* b, float* c, unsigned n) {
    constexpr int threads = BM * BN / (TM * TN);
    __shared__ float tile_a[BK][BM + 1], tile_b[BK][BN];
    const unsigned row = blockIdx.y * BM, column = blockIdx.x * BN;
    const unsigned i = threadIdx.x / (BN / TN) * TM, j = threadIdx.x % (BN / TN) * TN;
    float sums[TM][TN] = {};
    for (unsigned k = 0; k < n; k += BK) {
        for (unsigned at = threadIdx.x; at < BM * BK; at += threads)
            tile_a[at % BK][at / BK] = a[size_t(row + at / BK) * n + k + at % BK];
        for (unsigned at = threadIdx.x; at < BN * BK; at += threads)
            tile_b[at / BN][at % BN] = b[size_t(k + at / BN) * n + column + at % BN];
        __syncthreads();
#pragma unroll 2
        for (int depth = 0; depth < BK; ++depth)
            for (int p = 0; p < TM; ++p)
                for (int q = 0; q < TN; ++q) sums[p][q] += tile_a[depth][i + p] * tile_b[depth][j + q];
        __syncthreads();
    }
    for (int p = 0; p < TM; ++p)
        for (int q = 0; q < TN; ++q) c[size_t(row + i + p) * n + column + j + q] = sums[p][q];
}

/// The cross of nine points around each point of x [n, m], zero outside; a thread takes `Rows` points of a column.
template <int Rows, int Shared>
__global__ void stencil(const float* x, float* y, unsigned n, unsigned m) {
    extern __shared__ float tile[];
    const int width = blockDim.x + 4, height = blockDim.y * Rows + 4;
    const int row = blockIdx.y * blockDim.y * Rows, column = blockIdx.x * blockDim.x;
    const auto read = [=](int i, int j) { return unsigned(i) < n && unsigned(j) < m ? x[size_t(i) * m + j] : 0.0f; };
    if constexpr (Shared) {
        for (int i = threadIdx.y; i < height; i += blockDim.y)
            for (int j = threadIdx.x; j < width; j += blockDim.x)
                tile[i * width + j] = read(row + i - 2, column + j - 2);
        __syncthreads();
    }
    const auto at = [=](int i, int j) {
        if constexpr (Shared)
            return tile[(i + 2) * width + j + 2];
        else
            return read(row + i, column + j);
    };
#pragma unroll
    for (int r = 0; r < Rows; ++r) {
        const int i = threadIdx.y + r * blockDim.y, j = threadIdx.x;
        float total = 0.5f * at(i, j);
        for (int d = 1; d <= 2; ++d) total += (at(i - d, j) + at(i + d, j) + at(i, j - d) + at(i, j + d)) / (8.0f * d);
        if (row + i < n && column + j < m) y[size_t(row + i) * m + column + j] = total;
    }
}

/// One value for all threads of a row: `slots` are the row's, one a warp.
template <typename Op>
__device__ float across_row(float value, float* slots, Op op) {
    value = across_warp(value, op);
    __syncthreads();
    if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = value;
    __syncthreads();
    value = slots[0];
    for (int warp = 1; warp < blockDim.x / 32; ++warp) value = op(value, slots[warp]);
    return value;
}

/// Softmax of the rows of x [n, m]: read three times (keep 0), kept in shared memory (1), or read twice, with the sum
/// rescaled as the largest grows (2).
template <int W, int Keep>
__global__ void softmax(const float* x, float* y, unsigned n, unsigned m) {
    extern __shared__ float kept[];
    __shared__ float slots[32][32];
    const unsigned row = min(blockIdx.x * blockDim.y + threadIdx.y, n - 1);
    const auto* from = reinterpret_cast<const Vector<W>*>(x + size_t(row) * m);
    auto* here = reinterpret_cast<Vector<W>*>(kept + threadIdx.y * m);
    float largest = -INFINITY, total = 0;
    for (unsigned at = threadIdx.x; at < m / W; at += blockDim.x) {
        const auto v = from[at];
        if constexpr (Keep == 1) here[at] = v;
        for (float value : v.lane) {
            if constexpr (Keep == 2)
                total = total * __expf(largest - fmaxf(largest, value)) + __expf(value - fmaxf(largest, value));
            largest = fmaxf(largest, value);
        }
    }
    const float mine = largest;
    largest = across_row(largest, slots[threadIdx.y], [](float a, float b) { return fmaxf(a, b); });
    const auto* again = Keep == 1 ? here : from;
    if constexpr (Keep == 2)
        total *= __expf(mine - largest);
    else
        for (unsigned at = threadIdx.x; at < m / W; at += blockDim.x)
            for (float value : again[at].lane) total += __expf(value - largest);
    total = across_row(total, slots[threadIdx.y], [](float a, float b) { return a + b; });
    for (unsigned at = threadIdx.x; at < m / W; at += blockDim.x) {
        Vector<W> v = again[at];
        for (float& value : v.lane) value = __expf(value - largest) / total;
        reinterpret_cast<Vector<W>*>(y + size_t(row) * m)[at] = v;
    }
}
