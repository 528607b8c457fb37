// A step of a reservoir's neuron: x' = (1 - a)·x + a·f(W·x + W_in·u + b + W_fb·y + noise).
#pragma once
#include <cstdint>

#include "prism/philox.cuh"
#include "prism/weights.cuh"

namespace prism {

template <typename T>
__device__ T activate(uint32_t f, T s) {
    if (f == 0) return tanh(s);
    if (f == 1) return s;
    if (f == 2) return s < T(0) ? T(0) : s;
    return T(1) / (T(1) + exp(-s));
}

// Rows one after the other for the elements of a batch: element i at `at` + i·`stride`.
template <typename T>
struct Batch {
    const T* at;
    uint64_t stride;
};

template <typename T>
struct Reservoir {
    Weights<T> w;
    const T* w_in;
    const T* bias;  // null for none
    const T* w_fb;
    uint32_t n, k, m;
    T a, keep;
    uint32_t f;
    double noise;
    Philox random;

    // Neuron `row` of the `count` elements of the batch by one warp, whose lane i writes next + i·next_stride; `number`
    // is that of the first element's normal number. False where the row of W points outside.
    template <int ITEMS>
    __device__ bool step(uint32_t row, Batch<T> x, Batch<T> u, Batch<T> y, T* next, uint64_t next_stride,
                         uint64_t number, uint32_t count) const {
        T sum[ITEMS] = {};
        const bool inside = w.add(sum, row, x.at, x.stride, count);
        Weights<T>::add_dense(sum, w_in + uint64_t(row) * k, k, u.at, u.stride, count);
        Weights<T>::add_dense(sum, w_fb + uint64_t(row) * m, m, y.at, y.stride, count);
        const uint32_t lane = threadIdx.x % 32;
        T mine = 0;
#pragma unroll
        for (int i = 0; i < ITEMS; ++i) {
            const T all = warp_sum(sum[i]);
            if (lane == i) mine = all;
        }
        if (lane >= count) return inside;
        if (bias) mine += bias[row];
        if (noise != 0) mine += T(noise * random.normal(number + uint64_t(lane) * n + row));
        next[lane * next_stride + row] = keep * x.at[lane * x.stride + row] + a * activate(f, mine);
        return inside;
    }
};

}  // namespace prism
