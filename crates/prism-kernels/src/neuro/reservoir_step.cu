#include "prism/reservoir.cuh"

// A warp a neuron of up to eight elements of the batch.
template <typename T>
__device__ void reservoir_step(const T* x,                // [b, n]
                               const T* w,                // [wr, wc]
                               const int32_t* row_start,  // [rs]
                               const int32_t* column,     // [nz]
                               const T* value,            // [nz]
                               const T* w_in,             // [n, k]
                               const T* u,                // [b, k]
                               const T* bias,             // [bn]
                               const T* w_fb,             // [n, m]
                               const T* y,                // [b, m]
                               T* next,                   // [b, n]
                               uint32_t* status,          // [1]
                               double a, uint32_t f, double noise, uint64_t seed, uint64_t offset, uint32_t b,
                               uint32_t n, uint32_t wr, uint32_t wc, uint32_t rs, uint32_t nz, uint32_t k, uint32_t bn,
                               uint32_t m) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint64_t padded = (uint64_t(n) + 7) / 8 * 8, row = warp % padded, first = warp / padded * 8;
    if (row >= n || first >= b) return;
    const prism::Weights<T> weights = {w, row_start, column, value, n, nz, rs == 0};
    const prism::Reservoir<T> reservoir = {weights, w_in,     bn ? bias : nullptr, w_fb, n, k, m, T(a), T(1 - a), f,
                                           noise,   {seed, 0}};
    const prism::Batch<T> from = {x + first * n, n}, driven = {u + first * k, k}, fed = {y + first * m, m};
    const uint64_t number = offset + first * n;
    const bool inside = b == 1 ? reservoir.template step<1>(row, from, driven, fed, next, n, number, 1)
                               : reservoir.template step<8>(row, from, driven, fed, next + first * n, n, number,
                                                            min(uint64_t(8), b - first));
    if (!inside) atomicOr(status, 1u);
}
