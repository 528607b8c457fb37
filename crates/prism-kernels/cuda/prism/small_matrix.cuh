// Small matrices of doubles, row by row: in a thread's registers, or by a block together in shared memory.
#pragma once
#include <cstdint>

namespace prism {

// Σ term(k) for k below a size known when compiled.
template <int COUNT, typename Term>
__device__ double fixed_sum(Term term) {
    double sum = 0;
#pragma unroll
    for (int k = 0; k < COUNT; ++k) sum += term(k);
    return sum;
}

// Every element of a matrix in registers.
template <int ROWS, int COLUMNS, typename Cell>
__device__ void fixed_fill(double (&matrix)[ROWS * COLUMNS], Cell cell) {
#pragma unroll
    for (int i = 0; i < ROWS; ++i) {
#pragma unroll
        for (int j = 0; j < COLUMNS; ++j) matrix[i * COLUMNS + j] = cell(i, j);
    }
}

template <typename T>
struct alignas(16) Pack {
    T values[16 / sizeof(T)];
};

// Reads numbers into registers, 16 bytes at once where they fill them; `from` is then a multiple of 16 bytes.
template <int COUNT, typename T>
__device__ void fixed_load(const T* from, double (&to)[COUNT]) {
    constexpr int WIDTH = 16 / sizeof(T);
    if constexpr (COUNT % WIDTH == 0) {
#pragma unroll
        for (int i = 0; i < COUNT / WIDTH; ++i) {
            const Pack<T> pack = reinterpret_cast<const Pack<T>*>(from)[i];
#pragma unroll
            for (int v = 0; v < WIDTH; ++v) to[i * WIDTH + v] = double(pack.values[v]);
        }
    } else {
#pragma unroll
        for (int i = 0; i < COUNT; ++i) to[i] = double(from[i]);
    }
}

// Writes numbers from registers, as `fixed_load` reads them.
template <int COUNT, typename T>
__device__ void fixed_store(const double (&from)[COUNT], T* to) {
    constexpr int WIDTH = 16 / sizeof(T);
    if constexpr (COUNT % WIDTH == 0) {
#pragma unroll
        for (int i = 0; i < COUNT / WIDTH; ++i) {
            Pack<T> pack;
#pragma unroll
            for (int v = 0; v < WIDTH; ++v) pack.values[v] = T(from[i * WIDTH + v]);
            reinterpret_cast<Pack<T>*>(to)[i] = pack;
        }
    } else {
#pragma unroll
        for (int i = 0; i < COUNT; ++i) to[i] = T(from[i]);
    }
}

// A matrix in memory, row by row.
struct Rows {
    double* first;
    uint32_t columns;

    __device__ double* operator[](uint32_t i) const { return first + uint64_t(i) * columns; }
};

// Calls `cell(i, j)` for every element of a matrix, spread over the block, and waits for all. All threads must call it.
template <typename Cell>
__device__ void block_fill(uint32_t rows, uint32_t columns, Cell cell) {
    for (uint32_t e = threadIdx.x; e < rows * columns; e += blockDim.x) cell(e / columns, e % columns);
    __syncthreads();
}

// Σ term(k) for k below `count`.
template <typename Term>
__device__ double sum_of(uint32_t count, Term term) {
    double sum = 0;
    for (uint32_t k = 0; k < count; ++k) sum += term(k);
    return sum;
}

// Whether a pivot of Cholesky's factorisation may be one.
__device__ inline bool is_pivot(double rest) { return rest > 0 && rest < __builtin_huge_val(); }

}  // namespace prism
