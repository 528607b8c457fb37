// The product of two matrices by a block of 128 threads, a tile of it in registers.
#pragma once
#include "prism/strip.cuh"

namespace prism {

// A tile of ROWS × COLUMNS numbers a thread, on 2 × 2 warps of 4 × 8 lanes; K terms of the sums at a time. A lane has V
// neighbouring rows and columns at a time, the next V behind those of the warp's other lanes.
template <typename T, int ROWS, int COLUMNS, int K>
struct Gemm {
    using W = computed<T>;
    using Pack = Packed<W>;
    static constexpr int V = Pack::COUNT, M = 8 * ROWS, N = 16 * COLUMNS;
    template <bool BY_LINE>
    using Left = Strip<T, M, K, BY_LINE>;
    template <bool BY_LINE>
    using Right = Strip<T, N, K, BY_LINE>;
    using LeftTile = typename Left<true>::Tile;
    using RightTile = typename Right<true>::Tile;
    static constexpr int PACKS = ROWS * COLUMNS / V;  // of a thread's sums
    static constexpr int AT_ONCE =
        2 * K * (M + N + 8) * sizeof(W) / (128 * sizeof(Pack));  // that fit the strips' space
    static constexpr int PASSES = (PACKS + AT_ONCE - 1) / AT_ONCE;

    struct Strips {
        LeftTile left[2];
        RightTile right[2];
    };
    union Space {
        Strips strips;
        Pack packs[AT_ONCE][128];
    };

    W sum[ROWS][COLUMNS];

    static __device__ uint32_t row(int u) {
        return threadIdx.x / 64 * (M / 2) + u / V * (4 * V) + threadIdx.x % 32 / 8 * V + u % V;
    }
    static __device__ uint32_t column(int v) {
        return threadIdx.x / 32 % 2 * (N / 2) + v / V * (8 * V) + threadIdx.x % 8 * V + v % V;
    }

    template <typename L, typename R>
    __device__ void multiply(L left, R right, uint32_t depth, Strips& strips) {
#pragma unroll
        for (int u = 0; u < ROWS; ++u) {
#pragma unroll
            for (int v = 0; v < COLUMNS; ++v) sum[u][v] = 0;
        }
        const uint32_t steps = depth / K + (depth % K > 0);
        if (steps == 0) return;
        // One strip is on its way while the one before it is multiplied. The half it goes to was read a step ago: all
        // threads have passed the barrier behind that.
        for (uint32_t step = 0, half = 0; step <= steps; ++step, half ^= 1) {
            const bool more = step < steps;
            if (more) {
                left.begin(strips.left[half], depth - step * K);
                right.begin(strips.right[half], depth - step * K);
            }
            if (step) add(strips.left[half ^ 1], strips.right[half ^ 1]);
            if (more) left.end(strips.left[half]), right.end(strips.right[half]);
            __syncthreads();
        }
    }

    __device__ void add(const LeftTile& left, const RightTile& right) {
#pragma unroll
        for (int k = 0; k < K; ++k) {
            Pack a[ROWS / V], b[COLUMNS / V];
#pragma unroll
            for (int u = 0; u < ROWS / V; ++u) a[u] = *reinterpret_cast<const Pack*>(&left[k][row(u * V)]);
#pragma unroll
            for (int v = 0; v < COLUMNS / V; ++v) b[v] = *reinterpret_cast<const Pack*>(&right[k][column(v * V)]);
                // There and back, so that a multiplication shares an operand with the one before it: registers are read
                // less.
#pragma unroll
            for (int v = 0; v < COLUMNS; ++v) {
#pragma unroll
                for (int i = 0; i < ROWS; ++i) {
                    const int u = v % 2 && sizeof(T) == sizeof(W) ? ROWS - 1 - i : i;
                    sum[u][v] = fma(a[u / V].at[u % V], b[v / V].at[v % V], sum[u][v]);
                }
            }
        }
    }

    // Calls f(row, column, V sums) for the packs of this thread, through its own part of `space`: the code of f is
    // there once. All threads must have left `multiply`.
    template <typename F>
    __device__ void each(Space& space, F f) const {
        Pack(&own)[AT_ONCE][128] = space.packs;
#pragma unroll 1
        for (int pass = 0; pass < PASSES; ++pass) {
#pragma unroll
            for (int p = 0; p < PACKS; ++p) {
                Pack pack;
#pragma unroll
                for (int j = 0; j < V; ++j) pack.at[j] = sum[p * V / COLUMNS][p * V % COLUMNS + j];
                if (p / AT_ONCE == pass) own[p % AT_ONCE][threadIdx.x] = pack;
            }
#pragma unroll 1
            for (int p = 0; p < AT_ONCE && pass * AT_ONCE + p < PACKS; ++p) {
                const int first = (pass * AT_ONCE + p) * V;
                f(row(first / COLUMNS), column(first % COLUMNS), own[p][threadIdx.x]);
            }
        }
    }
};

}  // namespace prism
