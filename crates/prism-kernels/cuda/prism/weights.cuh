// Rows of a matrix of weights, dense or compressed, times vectors.
#pragma once
#include <cstdint>

#include "prism/four.cuh"
#include "prism/reduce.cuh"

namespace prism {

// A matrix; `row_start` is only read where `dense` is false.
template <typename T>
struct Weights {
    const T* w;
    const int32_t* row_start;
    const int32_t* column;
    const T* value;
    uint32_t columns, elements;
    bool dense;

    // Adds the lane's share of row · x[i] to sum[i] for i below `count`, x[i] = x + i·stride. False where the row
    // points outside; then nothing is added on any lane. All lanes of the warp must call it.
    template <int ITEMS>
    __device__ bool add(T (&sum)[ITEMS], uint32_t row, const T* x, uint64_t stride, uint32_t count) const {
        if (dense) {
            add_dense(sum, w + uint64_t(row) * columns, columns, x, stride, count);
            return true;
        }
        const int32_t begin = row_start[row], end = row_start[row + 1];
        if (begin < 0 || end < begin || uint32_t(end) > elements) return false;
        bool inside = true;
        for (int64_t at = int64_t(begin) + threadIdx.x % 32; at < end; at += 32) {
            inside &= uint32_t(column[at]) < columns;
        }
        if (!__all_sync(FULL, inside)) return false;
        for (int64_t at = int64_t(begin) + threadIdx.x % 32; at < end; at += 32) {
            const T weight = value[at];
            const uint32_t c = column[at];
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                if (i < count) sum[i] += weight * x[i * stride + c];
            }
        }
        return true;
    }

    // The same for a row of `length` elements that lie one after the other.
    template <int ITEMS>
    static __device__ void add_dense(T (&sum)[ITEMS], const T* row, uint32_t length, const T* x, uint64_t stride,
                                     uint32_t count) {
        constexpr int AHEAD = ITEMS == 1 ? 2 : 1;  // loads in flight, of eight elements enough as it is
        const bool aligned = length % 4 == 0 && stride % 4 == 0;
        if (aligned) {
#pragma unroll AHEAD
            for (uint64_t at = threadIdx.x % 32 * 4; at < length; at += 128) {
                const Four<T> weight = *reinterpret_cast<const Four<T>*>(row + at);
#pragma unroll
                for (int i = 0; i < ITEMS; ++i) {
                    if (i >= count) continue;
                    const Four<T> v = *reinterpret_cast<const Four<T>*>(x + i * stride + at);
#pragma unroll
                    for (int k = 0; k < 4; ++k) sum[i] += weight.at[k] * v.at[k];
                }
            }
            return;
        }
#pragma unroll AHEAD
        for (uint64_t at = threadIdx.x % 32; at < length; at += 32) {
            const T weight = row[at];
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                if (i < count) sum[i] += weight * x[i * stride + at];
            }
        }
    }
};

}  // namespace prism
