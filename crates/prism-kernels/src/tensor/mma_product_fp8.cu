#include "prism/mma_product.cuh"

__device__ void mma_product_fp8(const uint8_t* a,       // [g, m, k] or [g, k, m]
                                const uint8_t* b,       // [h, k, n] or [h, n, k]
                                const float* scale_a,   // [s]
                                const float* scale_b,   // [t]
                                const uint32_t* pairs,  // [p, 2]
                                const float* c,         // [e, m, n]
                                const float* bias,      // [w, n]
                                const float* residual,  // [f, m, n]
                                float* y,               // [q, m, n]
                                uint32_t k, uint32_t trans_a, uint32_t trans_b, uint32_t format_a, uint32_t format_b,
                                float alpha, float beta, uint32_t activation, uint32_t g, uint32_t h, uint32_t s,
                                uint32_t t, uint32_t p, uint32_t e, uint32_t m, uint32_t n, uint32_t w, uint32_t f,
                                uint32_t q) {
    __shared__ __align__(128) __half shared[3 * 2 * prism::Operand<__half, true>::SIZE];
    const prism::ProductTile tile(m, n);
    const prism::StoredInEightBits left{a + prism::matrix_of(tile.item, pairs, p, g, 0) * m * k, format_a};
    const prism::StoredInEightBits right{b + prism::matrix_of(tile.item, pairs, p, h, 1) * k * n, format_b};
    prism::WarpSums sums;
    prism::add_product(sums, tile, left, right, trans_a, trans_b, shared, m, n, k);
    const float scale = (s ? scale_a[0] : 1) * (t ? scale_b[0] : 1);
    sums.store(tile, prism::Epilogue(tile.item, c, bias, residual, y, alpha * scale, beta, activation, m, n, e, w, f));
}
