#include "prism/resident.cuh"

namespace prism {

// A series of steps of `count` elements of the batch from `item` on.
template <typename T>
struct Course {
    const T *x, *u, *y;
    T *states, *last;
    uint64_t offset;
    uint32_t first, end, b, t;
    uint64_t item;
    uint32_t count;

    // Where step s of element i lies among all steps.
    __device__ uint64_t at(uint32_t i, uint64_t s) const { return (item + i) * t + s; }
};

// The block's share of the neurons through the steps, their states in global memory.
template <int ITEMS, typename T>
__device__ bool run(const Reservoir<T>& reservoir, const Course<T>& c, uint32_t split) {
    const uint64_t n = reservoir.n, k = reservoir.k, m = reservoir.m, t = c.t;
    const uint32_t warps = blockDim.x / 32, lane = threadIdx.x % 32;
    const uint64_t begin = uint64_t(blockIdx.x % split) * warps + threadIdx.x / 32, stride = uint64_t(split) * warps;
    bool inside = true;
    for (uint64_t s = c.first; s < c.end; ++s) {
        const uint64_t at = c.at(0, s);
        const Batch<T> from = s ? Batch<T>{c.states + (at - 1) * n, t * n} : Batch<T>{c.x + c.item * n, n};
        const Batch<T> driven = {c.u + at * k, t * k}, fed = {c.y + at * m, t * m};
        for (uint64_t row = begin; row < n; row += stride) {
            inside &= reservoir.template step<1, ITEMS>(row, from, driven, fed, c.states + at * n, t * n,
                                                        c.offset + (s * c.b + c.item) * n, c.count);
        }
        __syncthreads();
    }
    for (uint64_t row = begin; row < n && c.end == t && lane < c.count; row += stride) {
        const uint64_t i = c.item + lane;
        c.last[i * n + row] = t ? c.states[(i * t + t - 1) * n + row] : c.x[i * n + row];
    }
    return inside;
}

// All neurons through the steps, their weights and states in the block.
template <typename T>
__device__ bool run_resident(const Reservoir<T>& reservoir, const Course<T>& c) {
    extern __shared__ double shared[];
    auto& space = *reinterpret_cast<typename Resident<T>::Space*>(shared);
    Resident<T> block(reservoir, space);
    const uint64_t n = reservoir.n, k = reservoir.k, m = reservoir.m;
    for (uint32_t e = threadIdx.x; e < c.count * RESIDENT; e += blockDim.x) {
        const uint32_t item = e / RESIDENT, i = e % RESIDENT;
        const T* const from = c.first ? c.states + (c.at(item, c.first) - 1) * n : c.x + (c.item + item) * n;
        space.state[0][item][i] = i < n ? from[i] : T(0);
        space.state[1][item][i] = 0;
    }
    uint32_t half = 0;
    __syncthreads();
    for (uint64_t s = c.first; s < c.end; ++s, half ^= 1) {
#pragma unroll 1
        for (uint32_t item = 0; item < c.count; ++item) {
            const uint64_t at = c.at(item, s), number = c.offset + (s * c.b + c.item + item) * n;
            block.step(item, half, c.u + at * k, c.y + at * m, c.states + at * n, number);
        }
        __syncthreads();
    }
    for (uint32_t e = threadIdx.x; e < c.count * n && c.end == c.t; e += blockDim.x) {
        c.last[(c.item + e / n) * n + e % n] = space.state[half][e / n][e % n];
    }
    return block.inside;
}

}  // namespace prism

// A block up to four elements of the batch with their weights, or eight, or a share of their neurons.
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
    const bool alone = split == 1 && n <= prism::RESIDENT;
    const uint32_t most = alone ? prism::RESIDENT_ITEMS : 8;
    const uint64_t item = uint64_t(blockIdx.x) / split * most;
    if (item >= b) return;
    const prism::Weights<T> weights = {w, row_start, column, value, n, nz, rs == 0};
    const prism::Reservoir<T> reservoir = {weights, w_in,     bn ? bias : nullptr, w_fb, n, k, m, T(a), T(1 - a), f,
                                           noise,   {seed, 0}};
    const uint32_t items = min(uint64_t(most), b - item);
    const prism::Course<T> course = {x, u, y, states, last, offset, first, first + count, b, t, item, items};
    const bool inside = alone && prism::Resident<T>::holds(weights, n) ? prism::run_resident(reservoir, course)
                        : b == 1                                       ? prism::run<1>(reservoir, course, split)
                                                                       : prism::run<8>(reservoir, course, split);
    // Without a step no weight counts, though resident ones were read.
    if (!inside && count > 0) atomicOr(status, 1u);
}
