// Products of a batch of matrices, tile by tile, with what follows them.
#pragma once
#include "prism/activation.cuh"
#include "prism/gemm.cuh"

namespace prism {

// What is added to a tile, times a factor: a matrix, a row or a column for all, one number, or none.
template <typename T>
struct Addend {
    const T* from;
    double factor;
    uint32_t of_row, of_column;

    __device__ Addend(const T* matrix, double factor, uint32_t rows, uint32_t columns)
        : from(matrix), factor(factor), of_row(rows > 1 ? columns : 0), of_column(columns > 1 ? 1 : 0) {}

    __device__ double at(uint32_t row, uint32_t column) const {
        return from ? factor * double(widen(from[uint64_t(row) * of_row + uint64_t(column) * of_column])) : 0;
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

// Several numbers become their activations: the choice among these is made once for all of them.
template <uint32_t WHICH = 6, int COUNT>
__device__ void activate(double (&x)[COUNT], uint32_t activation) {
    if (activation == WHICH) {
#pragma unroll
        for (double& one : x) one = Activation<double>::of(one, WHICH);
    } else if constexpr (WHICH > 1) {
        activate<WHICH - 1>(x, activation);
    }
}

// A choice that is made when the code is compiled.
template <bool VALUE>
struct Constant {
    static constexpr bool value = VALUE;
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
    const uint32_t across = (of.n - 1) / Gemm::N + 1, down = (of.m - 1) / Gemm::M + 1;
    const uint32_t m0 = blockIdx.x / across % down * Gemm::M, n0 = blockIdx.x % across * Gemm::N;
    const uint64_t product = blockIdx.x / across / down;
    const T* const left = of.left + of.matrix(product, 0, of.g) * of.m * of.k;
    const T* const right = of.right + of.matrix(product, 1, of.h) * of.k * of.n;
    Gemm tile;
    // The way an operand lies in memory is known to the loop over k: it has no choice to make.
    const auto multiply = [&](auto by_line, auto right_by_line) {
        const typename Gemm::template Left<by_line.value> of_left(of.left, left, of.m, of.k, m0);
        const typename Gemm::template Right<right_by_line.value> of_right(of.right, right, of.n, of.k, n0);
        tile.multiply(of_left, of_right, of.k, space.strips);
    };
    const auto with_left = [&](auto by_line) {
        of.right_transposed ? multiply(by_line, Constant<true>()) : multiply(by_line, Constant<false>());
    };
    of.left_transposed ? with_left(Constant<false>()) : with_left(Constant<true>());
    const T* const added = of.e ? of.addend + of.matrix(product, 2, of.e) * of.em * of.en : nullptr;
    const Addend<T> addend(added, of.beta, of.em, of.en);
    T* const out = of.out + product * of.m * of.n;
    tile.each(space, [&](uint32_t row, uint32_t column, Packed<W> sums) {
        const uint32_t i = m0 + row, j = n0 + column;
        if (i >= of.m || j >= of.n) return;
        const uint32_t count = min(of.n - j, V);
        double values[V];
#pragma unroll
        for (int v = 0; v < V; ++v) values[v] = of.alpha * double(sums.at[v]) + (v < count ? addend.at(i, j + v) : 0);
        activate(values, of.activation);
        Neighbours<T, V> results;
#pragma unroll
        for (int v = 0; v < V; ++v) results.at[v] = nearest<T>(values[v]);
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
