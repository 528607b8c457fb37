#include "prism/reservoir.cuh"

// A warp a neuron of one element or of up to eight; of a dense matrix two neurons of eight elements, the groups of
// elements side by side, so that they find the rows in the caches.
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
    constexpr uint32_t ROWS = 2;
    const bool has_rows = b > 1 && rs == 0;
    const uint64_t groups = (uint64_t(b) + 7) / 8, first = blockIdx.x % groups * 8;
    const uint64_t row = (blockIdx.x / groups * 8 + threadIdx.x / 32) * (has_rows ? ROWS : 1);
    if (row >= n) return;
    const prism::Weights<T> weights = {w, row_start, column, value, n, nz, rs == 0};
    const prism::Reservoir<T> reservoir = {weights, w_in,     bn ? bias : nullptr, w_fb, n, k, m, T(a), T(1 - a), f,
                                           noise,   {seed, 0}};
    const prism::Batch<T> from = {x + first * n, n}, driven = {u + first * k, k}, fed = {y + first * m, m};
    T* const to = next + first * n;
    const uint64_t number = offset + first * n;
    const uint32_t count = min(uint64_t(8), b - first);
    bool inside = true;
    if (b == 1)
        inside = reservoir.template step<1, 1>(row, from, driven, fed, to, n, number, 1);
    else if (has_rows)
        reservoir.template step<ROWS, 8>(row, from, driven, fed, to, n, number, count);
    else
        inside = reservoir.template step<1, 8>(row, from, driven, fed, to, n, number, count);
    if (!inside) atomicOr(status, 1u);
}
