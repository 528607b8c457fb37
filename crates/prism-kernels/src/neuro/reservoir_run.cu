#include "prism/reservoir.cuh"

namespace prism {

// The block's neurons of `count` elements of the batch from `item` on, through the steps.
template <int ITEMS, typename T>
__device__ bool run(const Reservoir<T>& reservoir, const T* x, const T* u, const T* y, T* states, T* last,
                    uint64_t offset, uint32_t first, uint32_t end, uint32_t split, uint32_t b, uint32_t t,
                    uint64_t item, uint32_t count) {
    const uint64_t n = reservoir.n, k = reservoir.k, m = reservoir.m;
    const uint32_t warps = blockDim.x / 32, lane = threadIdx.x % 32;
    const uint64_t begin = uint64_t(blockIdx.x % split) * warps + threadIdx.x / 32, stride = uint64_t(split) * warps;
    bool inside = true;
    for (uint64_t s = first; s < end; ++s) {
        const uint64_t at = item * t + s;
        const Batch<T> from = s ? Batch<T>{states + (at - 1) * n, t * n} : Batch<T>{x + item * n, n};
        const Batch<T> driven = {u + at * k, t * k}, fed = {y + at * m, t * m};
        for (uint64_t row = begin; row < n; row += stride) {
            inside &= reservoir.template step<ITEMS>(row, from, driven, fed, states + at * n, t * n,
                                                     offset + (s * b + item) * n, count);
        }
        __syncthreads();
    }
    for (uint64_t row = begin; row < n && end == t && lane < count; row += stride) {
        const uint64_t i = item + lane;
        last[i * n + row] = t ? states[(i * t + t - 1) * n + row] : x[i * n + row];
    }
    return inside;
}

}  // namespace prism

// A block up to eight elements of the batch, or a share of their neurons.
template <typename T>
__device__ void reservoir_run(const T* x,                // [b, n]
                              const T* w,                // [wr, wc]
                              const int32_t* row_start,  // [rs]
                              const int32_t* column,     // [nz]
                              const T* value,            // [nz]
                              const T* w_in,             // [n, k]
                              const T* u,                // [b, t, k]
                              const T* bias,             // [bn]
                              const T* w_fb,             // [n, m]
                              const T* y,                // [b, t, m]
                              T* states,                 // [b, t, n]
                              T* last,                   // [b, n]
                              uint32_t* status,          // [1]
                              double a, uint32_t f, double noise, uint64_t seed, uint64_t offset, uint32_t first,
                              uint32_t count, uint32_t split, uint32_t b, uint32_t n, uint32_t wr, uint32_t wc,
                              uint32_t rs, uint32_t nz, uint32_t k, uint32_t t, uint32_t bn, uint32_t m) {
    const uint64_t item = uint64_t(blockIdx.x) / split * 8;
    if (item >= b) return;
    const prism::Weights<T> weights = {w, row_start, column, value, n, nz, rs == 0};
    const T* const offsets = bn ? bias : nullptr;
    const prism::Reservoir<T> reservoir = {weights, w_in, offsets, w_fb, n, k, m, T(a), T(1 - a), f, noise, {seed, 0}};
    const uint32_t end = first + count, items = min(uint64_t(8), b - item);
    const bool inside =
        b == 1 ? prism::run<1>(reservoir, x, u, y, states, last, offset, first, end, split, b, t, item, items)
               : prism::run<8>(reservoir, x, u, y, states, last, offset, first, end, split, b, t, item, items);
    if (!inside) atomicOr(status, 1u);
}
