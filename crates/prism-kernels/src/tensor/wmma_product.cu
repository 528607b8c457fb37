#include <mma.h>

#include <type_traits>

#include "prism/matrix_tile.cuh"
#include "prism/mma.cuh"
#include "prism/tile_product.cuh"

namespace wmma = nvcuda::wmma;

// A tile 64 bytes deep of one operand, and its fragments, 32 bytes deep. DEEP: its lines lie along the depth.
template <typename Use, typename T, bool DEEP>
struct WmmaOperand {
    static constexpr bool IS_A = std::is_same_v<Use, wmma::matrix_a>;
    static constexpr int STEP = 32 / sizeof(T), DEPTH = 2 * STEP;
    using Tile = prism::PaddedTile<T, DEEP ? 128 : DEPTH, DEEP ? DEPTH : 128>;
    // What is deep has its rows, of A, or its columns, of B, one after another.
    using Layout = std::conditional_t<DEEP == IS_A, wmma::row_major, wmma::col_major>;
    using Element = std::conditional_t<sizeof(T) == 4, wmma::precision::tf32, T>;
    using Fragment = wmma::fragment<Use, 16, 16, STEP, Element, Layout>;

    static __device__ void load(Fragment& fragment, const T* tile, uint32_t first, uint32_t deep) {
        const uint32_t line = DEEP ? first : deep, at = DEEP ? deep : first;
        wmma::load_matrix_sync(fragment, tile + line * Tile::STRIDE + at, Tile::STRIDE);
        if constexpr (sizeof(T) == 4) {
#pragma unroll
            for (int i = 0; i < fragment.num_elements; ++i)
                fragment.x[i] = __uint_as_float(prism::as_tf32(fragment.x[i]));
        }
    }
};

template <typename T>
using WmmaSum = wmma::fragment<wmma::accumulator, 16, 16, 32 / sizeof(T), float>;

// Bytes of the larger form of a tile.
constexpr int TILE_BYTES = 128 * 80;

// The sums of a warp, 64 × 32 outputs from `row` and `column` of the tile on, by two stages in `shared`.
template <bool A_DEEP, bool B_DEEP, typename T>
__device__ void wmma_sums(WmmaSum<T> (&sums)[4][2], const prism::ProductTile& tile, uint32_t row, uint32_t column,
                          const T* a, const T* b, uint8_t* shared, uint32_t m, uint32_t n, uint32_t k) {
    using A = WmmaOperand<wmma::matrix_a, T, A_DEEP>;
    using B = WmmaOperand<wmma::matrix_b, T, B_DEEP>;
    const prism::Matrix<T> left{a, A_DEEP ? m : k, A_DEEP ? k : m}, right{b, B_DEEP ? n : k, B_DEEP ? k : n};
    const auto place = [=](uint32_t which) { return reinterpret_cast<T*>(shared + which * TILE_BYTES); };
    const auto fetch = [&](uint32_t step, uint32_t stage) {
        const uint64_t deep = uint64_t(step) * A::DEPTH;
        prism::fetch_tile<256, typename A::Tile>(place(2 * stage), left, A_DEEP ? tile.row : deep,
                                                 A_DEEP ? deep : tile.row);
        prism::fetch_tile<256, typename B::Tile>(place(2 * stage + 1), right, B_DEEP ? tile.column : deep,
                                                 B_DEEP ? deep : tile.column);
    };
    const auto work = [&](uint32_t stage) {
#pragma unroll
        for (uint32_t deep = 0; deep < A::DEPTH; deep += A::STEP) {
            typename B::Fragment columns[2];
#pragma unroll
            for (uint32_t j = 0; j < 2; ++j) B::load(columns[j], place(2 * stage + 1), column + j * 16, deep);
#pragma unroll
            for (uint32_t i = 0; i < 4; ++i) {
                typename A::Fragment rows;
                A::load(rows, place(2 * stage), row + i * 16, deep);
#pragma unroll
                for (uint32_t j = 0; j < 2; ++j) wmma::mma_sync(sums[i][j], rows, columns[j], sums[i][j]);
            }
        }
    };
    prism::staged<2>(k / A::DEPTH + (k % A::DEPTH > 0), fetch, work);
}

template <typename T>
__device__ void wmma_product(const T* a,             // [g, m, k] or [g, k, m]
                             const T* b,             // [h, k, n] or [h, n, k]
                             const uint32_t* pairs,  // [p, 2]
                             const float* c,         // [e, m, n]
                             const float* bias,      // [w, n]
                             const float* residual,  // [f, m, n]
                             float* y,               // [q, m, n]
                             uint32_t k, uint32_t trans_a, uint32_t trans_b, float alpha, float beta,
                             uint32_t activation, uint32_t g, uint32_t h, uint32_t p, uint32_t e, uint32_t m,
                             uint32_t n, uint32_t w, uint32_t f, uint32_t q) {
    __shared__ __align__(128) uint8_t shared[4 * TILE_BYTES];
    const prism::ProductTile tile(m, n);
    a += prism::matrix_of(tile.item, pairs, p, g, 0) * m * k;
    b += prism::matrix_of(tile.item, pairs, p, h, 1) * k * n;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, row = warp / 4 * 64, column = warp % 4 * 32;
    WmmaSum<T> sums[4][2];
#pragma unroll
    for (uint32_t i = 0; i < 8; ++i) wmma::fill_fragment(sums[i / 2][i % 2], 0.0f);
    if (trans_a && trans_b)
        wmma_sums<false, true>(sums, tile, row, column, a, b, shared, m, n, k);
    else if (trans_a)
        wmma_sums<false, false>(sums, tile, row, column, a, b, shared, m, n, k);
    else if (trans_b)
        wmma_sums<true, true>(sums, tile, row, column, a, b, shared, m, n, k);
    else
        wmma_sums<true, false>(sums, tile, row, column, a, b, shared, m, n, k);
    const prism::Epilogue epilogue(tile.item, c, bias, residual, y, alpha, beta, activation, m, n, e, w, f);
    // The tiles are done with: every warp lays a fragment out where it can be read by row and column.
    __syncthreads();
    float* const own = reinterpret_cast<float*>(shared) + warp * 256;
#pragma unroll
    for (uint32_t i = 0; i < 8; ++i) {
        wmma::store_matrix_sync(own, sums[i / 2][i % 2], 16, wmma::mem_row_major);
        __syncwarp();
        for (uint32_t at = lane; at < 256; at += 32)
            epilogue.store(own[at], tile.row + row + i / 2 * 16 + at / 16, tile.column + column + i % 2 * 16 + at % 16);
        __syncwarp();
    }
}
