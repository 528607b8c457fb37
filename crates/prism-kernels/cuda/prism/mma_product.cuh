// The sums of a product of matrices, tile by tile of its depth, in three stages of shared memory.
#pragma once
#include "prism/mma_tile.cuh"
#include "prism/narrow_float.cuh"

namespace prism {

// An operand that is stored as it is multiplied.
template <typename T>
struct Stored {
    const T* at;

    template <typename Tile>
    __device__ void fetch(T* tile, uint32_t lines, uint32_t length, uint64_t line, uint64_t from) const {
        fetch_tile<PRODUCT_THREADS, Tile>(tile, Matrix<T>{at, lines, length}, line, from);
    }
};

// An operand of eight-bit numbers, which f16 holds exactly.
struct StoredInEightBits {
    const uint8_t* at;
    uint32_t format;

    template <typename Tile>
    __device__ void fetch(__half* tile, uint32_t lines, uint32_t length, uint64_t line, uint64_t from) const {
        constexpr uint32_t V = Tile::V, PACKS = Tile::LENGTH / V;
        const bool aligned = length % V == 0;
#pragma unroll
        for (uint32_t turn = 0; turn < Tile::LINES * PACKS / PRODUCT_THREADS; ++turn) {
            const uint32_t i = turn * PRODUCT_THREADS + threadIdx.x;
            const uint64_t row = line + i / PACKS, column = from + i % PACKS * V;
            *reinterpret_cast<Packed<__half>*>(tile + Tile::place(i / PACKS, i % PACKS)) =
                halves(at + row * length + column, row < lines && column < length ? length - column : 0, aligned);
        }
    }

    // The first `known` of eight numbers, the others 0.
    __device__ Packed<__half> halves(const uint8_t* codes, uint64_t known, bool aligned) const {
        struct alignas(8) Codes {
            uint8_t at[8];
        } eight = {};
        if (aligned) {
            if (known) eight = *reinterpret_cast<const Codes*>(codes);
        } else {
#pragma unroll
            for (uint32_t v = 0; v < 8; ++v) {
                if (v < known) eight.at[v] = codes[v];
            }
        }
        Packed<__half> pack;
#pragma unroll
        for (uint32_t v = 0; v < 8; ++v) pack.at[v] = format ? E5m2::half(eight.at[v]) : E4m3::half(eight.at[v]);
        return pack;
    }
};

// Adds up a product of depth k; A_DEEP, B_DEEP: lines of A, of B lie along the depth.
template <bool A_DEEP, bool B_DEEP, typename T, typename A, typename B>
__device__ void add_product(WarpSums& sums, const ProductTile& tile, const A& a, const B& b, T* shared, uint32_t m,
                            uint32_t n, uint32_t k) {
    using Left = Operand<T, A_DEEP>;
    using Right = Operand<T, B_DEEP>;
    const auto fetch = [&](uint32_t step, uint32_t stage) {
        const uint64_t deep = uint64_t(step) * Left::DEPTH, row = tile.row, column = tile.column;
        T* const to = shared + stage * 2 * Left::SIZE;
        a.template fetch<typename Left::Tile>(to, A_DEEP ? m : k, A_DEEP ? k : m, A_DEEP ? row : deep,
                                              A_DEEP ? deep : row);
        b.template fetch<typename Right::Tile>(to + Left::SIZE, B_DEEP ? n : k, B_DEEP ? k : n, B_DEEP ? column : deep,
                                               B_DEEP ? deep : column);
    };
    const auto work = [&](uint32_t stage) {
        const T* const from = shared + stage * 2 * Left::SIZE;
        sums.add<Left, Right>(from, from + Left::SIZE);
    };
    staged<3>(k / Left::DEPTH + (k % Left::DEPTH > 0), fetch, work);
}

// The same for a [m, k] or, transposed, [k, m], and b [k, n] or [n, k].
template <typename T, typename A, typename B>
__device__ void add_product(WarpSums& sums, const ProductTile& tile, const A& a, const B& b, bool trans_a, bool trans_b,
                            T* shared, uint32_t m, uint32_t n, uint32_t k) {
    if (trans_a && trans_b)
        add_product<false, true>(sums, tile, a, b, shared, m, n, k);
    else if (trans_a)
        add_product<false, false>(sums, tile, a, b, shared, m, n, k);
    else if (trans_b)
        add_product<true, true>(sums, tile, a, b, shared, m, n, k);
    else
        add_product<true, false>(sums, tile, a, b, shared, m, n, k);
}

}  // namespace prism
