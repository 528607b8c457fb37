#include "prism/product.cuh"

// A block a tile of 64 × 64, 8 × 4 a thread; a strip has 64 bytes of a line, of f32 128.
template <typename T>
__device__ void gemm_narrow(const T* left,          // [g, m * k]
                            const T* right,         // [h, k * n]
                            const T* addend,        // [e, em, en]
                            const uint32_t* which,  // [w, 3]
                            T* out,                 // [b, m, n]
                            double alpha, double beta, uint32_t k, uint32_t left_transposed, uint32_t right_transposed,
                            uint32_t activation, uint32_t g, uint32_t h, uint32_t e, uint32_t em, uint32_t en,
                            uint32_t w, uint32_t b, uint32_t m, uint32_t n) {
    using Gemm = prism::Gemm<T, 8, 4, sizeof(T) == 4 ? 32 : 64 / int(sizeof(prism::computed<T>))>;
    prism::gemm<Gemm, T>({left, right, addend, which, out, alpha, beta, k, left_transposed != 0, right_transposed != 0,
                          activation, g, h, e, em, en, w, m, n});
}
