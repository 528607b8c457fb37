#include "prism/mma_product.cuh"

template <typename T>
__device__ void mma_product(const T* a,             // [g, m, k] or [g, k, m]
                            const T* b,             // [h, k, n] or [h, n, k]
                            const uint32_t* pairs,  // [p, 2]
                            const float* c,         // [e, m, n]
                            const float* bias,      // [w, n]
                            const float* residual,  // [f, m, n]
                            float* y,               // [q, m, n]
                            uint32_t k, uint32_t trans_a, uint32_t trans_b, float alpha, float beta,
                            uint32_t activation, uint32_t g, uint32_t h, uint32_t p, uint32_t e, uint32_t m, uint32_t n,
                            uint32_t w, uint32_t f, uint32_t q) {
    __shared__ __align__(128) T shared[3 * 2 * prism::Operand<T, true>::SIZE];
    const prism::ProductTile tile(m, n);
    const prism::Stored<T> left{a + prism::matrix_of(tile.item, pairs, p, g, 0) * m * k};
    const prism::Stored<T> right{b + prism::matrix_of(tile.item, pairs, p, h, 1) * k * n};
    prism::WarpSums sums;
    prism::add_product(sums, tile, left, right, trans_a, trans_b, shared, m, n, k);
    sums.store(tile, prism::Epilogue(tile.item, c, bias, residual, y, alpha, beta, activation, m, n, e, w, f));
}
