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
    template <int ITEMS, typename S>
    __device__ bool add(S (&sum)[ITEMS], uint32_t row, const T* x, uint64_t stride, uint32_t count) const {
        if (dense) {
            add_dense(sum, w + uint64_t(row) * columns, columns, x, stride, count);
            return true;
        }
        int32_t begin, end;
        if (!span(row, begin, end)) return false;
        for (int64_t at = int64_t(begin) + threadIdx.x % 32; at < end; at += 32) {
            const T weight = value[at];
            const uint32_t c = column[at];
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                if (i < count) sum[i] += S(weight) * S(x[i * stride + c]);
            }
        }
        return true;
    }

    // Calls visit(column, weight) for the lane's share of a row. False where the row points outside; then nothing is
    // visited on any lane. All lanes of the warp must call it.
    template <typename Visit>
    __device__ bool each(uint32_t row, Visit visit) const {
        const uint32_t lane = threadIdx.x % 32;
        if (dense) {
            for (uint64_t c = lane; c < columns; c += 32) visit(uint32_t(c), w[uint64_t(row) * columns + c]);
            return true;
        }
        int32_t begin, end;
        if (!span(row, begin, end)) return false;
        for (int64_t at = int64_t(begin) + lane; at < end; at += 32) visit(uint32_t(column[at]), value[at]);
        return true;
    }

    // Where a compressed row lies; whether it and its columns lie inside.
    __device__ bool span(uint32_t row, int32_t& begin, int32_t& end) const {
        begin = row_start[row];
        end = row_start[row + 1];
        if (begin < 0 || end < begin || uint32_t(end) > elements) return false;
        bool inside = true;
        for (int64_t at = int64_t(begin) + threadIdx.x % 32; at < end; at += 32) {
            inside &= uint32_t(column[at]) < columns;
        }
        return __all_sync(FULL, inside);
    }

    // The same as `add` for a row of `length` elements that lie one after the other.
    template <int ITEMS, typename S>
    static __device__ void add_dense(S (&sum)[ITEMS], const T* row, uint32_t length, const T* x, uint64_t stride,
                                     uint32_t count) {
        constexpr int AHEAD = ITEMS == 1 ? 4 : 1;  // loads in flight, of eight elements enough as it is
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
                    for (int k = 0; k < 4; ++k) sum[i] += S(weight.at[k]) * S(v.at[k]);
                }
            }
            return;
        }
#pragma unroll AHEAD
        for (uint64_t at = threadIdx.x % 32; at < length; at += 32) {
            const T weight = row[at];
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                if (i < count) sum[i] += S(weight) * S(x[i * stride + at]);
            }
        }
    }

    // The same as `add` for ROWS rows of a dense matrix from `row` on, the last one again for those beyond it. Every x
    // is read once for all of them.
    template <int ROWS, int ITEMS>
    __device__ void add_rows(T (&sum)[ROWS][ITEMS], uint32_t row, uint32_t rows, const T* x, uint64_t stride,
                             uint32_t count) const {
        if (columns % 4 == 0 && stride % 4 == 0)
            add_dense_rows<4>(sum, row, rows, x, stride, count);
        else
            add_dense_rows<1>(sum, row, rows, x, stride, count);
    }

  private:
    template <int N, int ROWS, int ITEMS>
    __device__ void add_dense_rows(T (&sum)[ROWS][ITEMS], uint32_t row, uint32_t rows, const T* x, uint64_t stride,
                                   uint32_t count) const {
        struct alignas(N == 4 ? 16 : sizeof(T)) Some {
            T at[N];
        };
#pragma unroll 1
        for (uint32_t at = threadIdx.x % 32 * N; at < columns; at += 32 * N) {
            Some weight[ROWS];
#pragma unroll
            for (int r = 0; r < ROWS; ++r)
                weight[r] = *reinterpret_cast<const Some*>(w + uint64_t(min(row + r, rows - 1)) * columns + at);
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                if (i >= count) continue;
                const Some v = *reinterpret_cast<const Some*>(x + i * stride + at);
#pragma unroll
                for (int r = 0; r < ROWS; ++r) {
#pragma unroll
                    for (int k = 0; k < N; ++k) sum[r][i] += weight[r].at[k] * v.at[k];
                }
            }
        }
    }
};

}  // namespace prism
