// Tiles of matrices in shared memory: 16-byte packs of neighbours, zeros where the matrix ends.
#pragma once
#include "prism/copy_async.cuh"
#include "prism/element.cuh"

namespace prism {

// A row-major matrix.
template <typename T>
struct Matrix {
    const T* at;
    uint32_t lines, length;
};

// A tile whose lines are `EXTRA` elements further apart than they are long: for loads of whole sub-matrices.
template <typename T, int LINES_, int LENGTH_>
struct PaddedTile {
    static constexpr int LINES = LINES_, LENGTH = LENGTH_, V = 16 / sizeof(T), STRIDE = LENGTH + V;
    static __device__ uint32_t place(uint32_t line, uint32_t pack) { return line * STRIDE + pack * V; }
};

// A tile without gaps, its packs exchanged within their line so that eight neighbouring lines have them in different
// banks; lines of four packs are told apart by pairs. Packs of numbers that are read one by one go by twos.
template <typename T, int LINES_, int LENGTH_>
struct SwizzledTile {
    static constexpr int LINES = LINES_, LENGTH = LENGTH_, V = 16 / sizeof(T), PACKS = LENGTH / V;
    static __device__ uint32_t place(uint32_t line, uint32_t pack) {
        const uint32_t turn = PACKS == 4 ? line / 2 % 4 : sizeof(T) == 4 ? line % 4 * 2 : line % 8;
        return line * LENGTH + (pack ^ turn) * V;
    }
};

// Whether every line begins at a multiple of 16 bytes where the first does.
template <typename T>
__device__ bool is_aligned(const Matrix<T>& matrix) {
    return matrix.length % Packed<T>::COUNT == 0;
}

// Fills a tile of the block with the matrix from (`line`, `at`) on.
template <int THREADS, typename Tile, typename T>
__device__ void fetch_tile(T* tile, const Matrix<T>& matrix, uint64_t line, uint64_t at) {
    constexpr uint32_t V = Tile::V, PACKS = Tile::LENGTH / V;
    static_assert(Tile::LINES * PACKS % THREADS == 0, "every thread fetches as many packs");
    const bool aligned = is_aligned(matrix);
#pragma unroll
    for (uint32_t turn = 0; turn < Tile::LINES * PACKS / THREADS; ++turn) {
        const uint32_t i = turn * THREADS + threadIdx.x;
        T* const to = tile + Tile::place(i / PACKS, i % PACKS);
        const uint64_t row = line + i / PACKS, column = at + i % PACKS * V;
        const T* const from = matrix.at + row * matrix.length + column;
        if (aligned) {
            const bool known = row < matrix.lines && column < matrix.length;
            copy_async(to, known ? from : matrix.at, known);
            continue;
        }
        Packed<T> pack;
#pragma unroll
        for (uint32_t v = 0; v < V; ++v)
            pack.at[v] = row < matrix.lines && column + v < matrix.length ? from[v] : T(0.0f);
        *reinterpret_cast<Packed<T>*>(to) = pack;
    }
}

}  // namespace prism
