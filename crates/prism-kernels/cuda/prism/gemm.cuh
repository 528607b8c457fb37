// The product of two matrices by a block of 128 threads, a tile of it in registers, and what follows it.
#pragma once
#include "prism/activation.cuh"
#include "prism/strip.cuh"

namespace prism {

// Where the other summand of a tile lies: a matrix, a row or a column for all, one number, or none.
template <typename T>
struct Addend {
    const T* from;
    uint32_t of_row, of_column;

    __device__ Addend(const T* addends, uint32_t e, uint64_t which, uint32_t rows, uint32_t columns)
        : from(e ? addends + which * rows * columns : nullptr),
          of_row(rows > 1 ? columns : 0),
          of_column(columns > 1 ? 1 : 0) {}

    __device__ double at(uint32_t row, uint32_t column) const {
        return from ? double(widen(from[uint64_t(row) * of_row + uint64_t(column) * of_column])) : 0;
    }
};

// The element nearest to a double, in one rounding.
template <typename T>
__device__ inline T nearest(double x) {
    return T(x);
}
template <>
__device__ inline __half nearest<__half>(double x) {
    return __double2half(x);
}
template <>
__device__ inline __nv_bfloat16 nearest<__nv_bfloat16>(double x) {
    return __double2bfloat16(x);
}

// Neighbouring elements that are written together.
template <typename T, int COUNT>
struct alignas(COUNT * sizeof(T)) Neighbours {
    T at[COUNT];
};

// A tile of ROWS × COLUMNS numbers a thread, on 2 × 2 warps of 4 × 8 lanes; K terms of the sums at a time. A lane has V
// neighbouring rows and columns at a time, the next V behind those of the warp's other lanes.
template <typename T, int ROWS, int COLUMNS, int K>
struct Gemm {
    using W = computed<T>;
    using Pack = Packed<W>;
    static constexpr int V = Pack::COUNT, M = 8 * ROWS, N = 16 * COLUMNS;
    using Left = Strip<T, M, K>;
    using Right = Strip<T, N, K>;
    static constexpr int PACKS = ROWS * COLUMNS / V;  // of a thread's sums
    static constexpr int AT_ONCE =
        2 * K * (M + N + 8) * sizeof(W) / (128 * sizeof(Pack));  // that fit the strips' space
    static constexpr int PASSES = (PACKS + AT_ONCE - 1) / AT_ONCE;

    struct Strips {
        typename Left::Tile left[2];
        typename Right::Tile right[2];
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

    __device__ void multiply(Left left, Right right, uint32_t depth, Strips& strips) {
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
            if (more) left.begin(strips.left[half], step * K), right.begin(strips.right[half], step * K);
            if (step) add(strips.left[half ^ 1], strips.right[half ^ 1]);
            if (more) left.end(strips.left[half]), right.end(strips.right[half]);
            __syncthreads();
        }
    }

    __device__ void add(const typename Left::Tile& left, const typename Right::Tile& right) {
#pragma unroll
        for (int k = 0; k < K; ++k) {
            Pack a[ROWS / V], b[COLUMNS / V];
#pragma unroll
            for (int u = 0; u < ROWS / V; ++u) a[u] = *reinterpret_cast<const Pack*>(&left[k][row(u * V)]);
#pragma unroll
            for (int v = 0; v < COLUMNS / V; ++v) b[v] = *reinterpret_cast<const Pack*>(&right[k][column(v * V)]);
#pragma unroll
            for (int u = 0; u < ROWS; ++u) {
#pragma unroll
                for (int v = 0; v < COLUMNS; ++v) sum[u][v] = fma(a[u / V].at[u % V], b[v / V].at[v % V], sum[u][v]);
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

// The buffers and scalars of a call, as `gemm_wide` declares them.
template <typename T>
struct Product {
    const T *left, *right, *addend;
    const uint32_t* which;
    T* out;
    double alpha, beta;
    uint32_t k;
    bool left_transposed, right_transposed;
    uint32_t activation, g, h, e, em, en, w, m, n;

    // The number of the matrix that operand `of` has for a product.
    __device__ uint64_t matrix(uint64_t product, uint32_t of, uint32_t count) const {
        return w ? which[product * 3 + of] : count > 1 ? product : 0;
    }
};

// Computes the block's tile of a product: tiles of a row of tiles are neighbours.
template <typename Gemm, typename T>
__device__ void gemm(const Product<T>& of) {
    using W = computed<T>;
    constexpr int V = Gemm::V;
    __shared__ typename Gemm::Space space;
    const uint32_t across = (of.n + Gemm::N - 1) / Gemm::N, down = (of.m + Gemm::M - 1) / Gemm::M;
    const uint32_t m0 = blockIdx.x / across % down * Gemm::M, n0 = blockIdx.x % across * Gemm::N;
    const uint64_t product = blockIdx.x / across / down;
    const T* const left = of.left + of.matrix(product, 0, of.g) * of.m * of.k;
    const T* const right = of.right + of.matrix(product, 1, of.h) * of.k * of.n;
    Gemm tile;
    tile.multiply({left, of.m, of.k, !of.left_transposed, m0}, {right, of.n, of.k, of.right_transposed, n0}, of.k,
                  space.strips);
    const Addend<T> addend(of.addend, of.e, of.matrix(product, 2, of.e), of.em, of.en);
    T* const out = of.out + product * of.m * of.n;
    tile.each(space, [&](uint32_t row, uint32_t column, Packed<W> sums) {
        const uint32_t i = m0 + row, j = n0 + column;
        if (i >= of.m || j >= of.n) return;
        const uint32_t count = min(of.n - j, V);
        Neighbours<T, V> results;
#pragma unroll
        for (int v = 0; v < V; ++v) {
            const double shifted = of.alpha * double(sums.at[v]) + of.beta * (v < count ? addend.at(i, j + v) : 0);
            results.at[v] = nearest<T>(Activation<double>::of(shifted, of.activation));
        }
        T* const to = out + uint64_t(i) * of.n + j;
        if (of.n % V == 0) {
            *reinterpret_cast<Neighbours<T, V>*>(to) = results;
            return;
        }
#pragma unroll
        for (int v = 0; v < V; ++v) {
            if (v < count) to[v] = results.at[v];
        }
    });
}

}  // namespace prism
