// The share of a warp in a tile of 128 × 128 outputs: 64 × 32, from tiles of A and B with 64 bytes of depth.
#pragma once
#include "prism/matrix_tile.cuh"
#include "prism/mma.cuh"
#include "prism/tile_product.cuh"

namespace prism {

constexpr uint32_t PRODUCT_THREADS = 256;

// Tiles of an operand with `DEPTH` elements of each of 128 rows of A or columns of B. DEEP: its lines lie along the
// depth, else across it.
template <typename T, bool DEEP>
struct Operand {
    static constexpr int DEPTH = 64 / sizeof(T), SIZE = 128 * DEPTH;
    using Tile = SwizzledTile<T, DEEP ? 128 : DEPTH, DEEP ? DEPTH : 128>;

    // Four 8 × 16-byte parts: two by two, from output `first` and the `step`-th 32 bytes of depth on. Neighbours in
    // depth come next to each other where DEPTH_FIRST.
    template <bool DEPTH_FIRST>
    static __device__ void load(uint32_t (&to)[4], const T* tile, uint32_t first, uint32_t step) {
        const uint32_t lane = threadIdx.x % 32, part = lane / 8;
        const uint32_t deep = DEPTH_FIRST ? part % 2 : part / 2, wide = DEPTH_FIRST ? part / 2 : part % 2;
        if constexpr (DEEP) {
            load_matrices<false>(to, tile + Tile::place(first + wide * 8 + lane % 8, step * 2 + deep));
        } else if constexpr (sizeof(T) == 2) {
            load_matrices<true>(to, tile + Tile::place(step * 16 + deep * 8 + lane % 8, first / 8 + wide));
        } else {
#pragma unroll
            for (uint32_t i = 0; i < 4; ++i) {
                const uint32_t line = step * 8 + (DEPTH_FIRST ? i % 2 : i / 2) * 4 + lane % 4;
                const uint32_t at = first + (DEPTH_FIRST ? i / 2 : i % 2) * 8 + lane / 4;
                to[i] = __float_as_uint(tile[Tile::place(line, at / 4) + at % 4]);
            }
        }
        if constexpr (sizeof(T) == 4) {
#pragma unroll
            for (uint32_t& x : to) x = as_tf32(__uint_as_float(x));
        }
    }
};

// The sums of a warp.
struct WarpSums {
    float at[4][4][4] = {};

    static __device__ uint32_t row() { return threadIdx.x / 32 / 4 * 64; }
    static __device__ uint32_t column() { return threadIdx.x / 32 % 4 * 32; }

    // Adds the product of two tiles.
    template <typename A, typename B, typename T>
    __device__ void add(const T* a, const T* b) {
#pragma unroll
        for (uint32_t step = 0; step < 2; ++step) {
            uint32_t left[4][4], right[2][4];
#pragma unroll
            for (uint32_t i = 0; i < 4; ++i) A::template load<false>(left[i], a, row() + i * 16, step);
#pragma unroll
            for (uint32_t j = 0; j < 2; ++j) B::template load<true>(right[j], b, column() + j * 16, step);
#pragma unroll
            for (uint32_t i = 0; i < 4; ++i) {
#pragma unroll
                for (uint32_t j = 0; j < 4; ++j) {
                    const uint32_t pair[2] = {right[j / 2][j % 2 * 2], right[j / 2][j % 2 * 2 + 1]};
                    multiply(at[i][j], left[i], pair, T());
                }
            }
        }
    }

    __device__ void store(const ProductTile& tile, const Epilogue& epilogue) const {
        const uint32_t lane = threadIdx.x % 32;
#pragma unroll
        for (uint32_t i = 0; i < 4; ++i) {
#pragma unroll
            for (uint32_t j = 0; j < 4; ++j) {
#pragma unroll
                for (uint32_t k = 0; k < 4; ++k) {
                    const uint32_t down = row() + i * 16 + k / 2 * 8 + lane / 4;
                    epilogue.store(at[i][j][k], tile.row + down, tile.column + column() + j * 8 + lane % 4 * 2 + k % 2);
                }
            }
        }
    }
};

}  // namespace prism
