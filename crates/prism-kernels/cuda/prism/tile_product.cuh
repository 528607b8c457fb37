// A product of matrices by blocks of 256 threads: which tile a block computes, and what becomes of its sums.
#pragma once
#include <cstdint>

namespace prism {

// The tile of 128 × 128 outputs of a block. Blocks next to each other share lines of A and B: eight tiles of a column
// of tiles follow on before the next column.
struct ProductTile {
    uint64_t item;         // which product of the batch
    uint32_t row, column;  // its first output

    __device__ ProductTile(uint32_t m, uint32_t n) {
        const uint32_t down = (m + 127) / 128, across = (n + 127) / 128, tile = blockIdx.x % (down * across);
        const uint32_t group = tile / (8 * across), within = tile % (8 * across);
        const uint32_t first = group * 8, rows = min(down - first, 8u);
        item = blockIdx.x / (down * across);
        row = (first + within % rows) * 128;
        column = within / rows * 128;
    }
};

// The matrix of a product: as `pairs` says, or its own number, or the only one.
__device__ inline uint64_t matrix_of(uint64_t item, const uint32_t* pairs, uint32_t p, uint32_t matrices,
                                     uint32_t side) {
    return p ? pairs[2 * item + side] : matrices == 1 ? 0 : item;
}

// y = act(α·sum + β·c + bias) + residual; what has no elements is left out.
struct Epilogue {
    const float *c, *bias, *residual;
    float* y;
    float alpha, beta;
    bool relu;
    uint32_t m, n;

    // The parts of one product: e, w, f are the numbers of matrices c, of rows of bias, of matrices residual.
    __device__ Epilogue(uint64_t item, const float* c, const float* bias, const float* residual, float* y, float alpha,
                        float beta, uint32_t activation, uint32_t m, uint32_t n, uint32_t e, uint32_t w, uint32_t f)
        : c(e ? c + (e == 1 ? 0 : item) * m * n : nullptr),
          bias(w ? bias : nullptr),
          residual(f ? residual + (f == 1 ? 0 : item) * m * n : nullptr),
          y(y + item * m * n),
          alpha(alpha),
          beta(beta),
          relu(activation == 1),
          m(m),
          n(n) {}

    __device__ void store(float sum, uint32_t row, uint32_t column) const {
        if (row >= m || column >= n) return;
        const uint64_t at = uint64_t(row) * n + column;
        float value = alpha * sum;
        if (c) value = fmaf(beta, c[at], value);
        if (bias) value += bias[column];
        if (relu) value = value < 0 ? 0 : value;
        if (residual) value += residual[at];
        y[at] = value;
    }
};

}  // namespace prism
