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

    // Neurons `row` to row + ROWS, as many as there are, of the `count` elements of the batch by one warp, whose lane i
    // writes next + i·next_stride; `number` is that of the first element's normal number. False where the row of W
    // points outside. Several rows only of a dense W.
    template <int ROWS, int ITEMS>
    __device__ bool step(uint32_t row, Batch<T> x, Batch<T> u, Batch<T> y, T* next, uint64_t next_stride,
                         uint64_t number, uint32_t count) const {
        T sum[ROWS][ITEMS] = {}, mine[ROWS];
        bool inside = true;
        if constexpr (ROWS == 1)
            inside = w.add(sum[0], row, x.at, x.stride, count);
        else
            w.add_rows(sum, row, n, x.at, x.stride, count);
#pragma unroll
        for (int r = 0; r < ROWS; ++r) {
            const uint64_t at = min(row + r, n - 1);
            Weights<T>::add_dense(sum[r], w_in + at * k, k, u.at, u.stride, count);
            Weights<T>::add_dense(sum[r], w_fb + at * m, m, y.at, y.stride, count);
        }
#pragma unroll
        for (int r = 0; r < ROWS; ++r) mine[r] = of_lane(sum[r]);
        if (threadIdx.x % 32 >= count) return inside;
#pragma unroll 1
        for (int r = 0; r < ROWS; ++r) {
            if (row + r < n) put(row + r, r == 0 ? mine[0] : mine[ROWS - 1], x, next, next_stride, number);
        }
        return inside;
    }

  private:
    // Of the sums that lanes have shares of the lane's own. All lanes must call it.
    template <int ITEMS>
    static __device__ T of_lane(const T (&sum)[ITEMS]) {
        T mine = 0;
#pragma unroll
        for (int i = 0; i < ITEMS; ++i) {
            const T all = warp_sum(sum[i]);
            if (threadIdx.x % 32 == i) mine = all;
        }
        return mine;
    }

    // What a drive makes of a neuron of the lane's element.
    __device__ void put(uint32_t row, T drive, Batch<T> x, T* next, uint64_t next_stride, uint64_t number) const {
        const uint32_t lane = threadIdx.x % 32;
        if (bias) drive += bias[row];
        if (noise != 0) drive += T(noise * random.normal(number + uint64_t(lane) * n + row));
        next[lane * next_stride + row] = keep * x.at[lane * x.stride + row] + a * activate(f, drive);
    }
};

}  // namespace prism
