// Steps of recurrent networks: which series step, from which state, and the sums of their gates over it.
#pragma once
#include <cstdint>

#include "prism/exponential.cuh"
#include "prism/four.cuh"
#include "prism/warp.cuh"

namespace prism {

// Lane l gets the sum over all lanes of value[l·N/32], N a power of two up to 32: at each step a lane hands half of its
// values over. All lanes must call it.
template <int N, typename T>
__device__ T scattered_sum(T (&value)[N]) {
#pragma unroll
    for (int step = 16, half = N / 2; half > 0; step /= 2, half /= 2) {
        const bool upper = threadIdx.x & step;
#pragma unroll
        for (int i = 0; i < half; ++i) {
            const T sent = upper ? value[i] : value[i + half], kept = upper ? value[i + half] : value[i];
            value[i] = kept + __shfl_xor_sync(FULL, sent, step);
        }
    }
    T sum = value[0];
#pragma unroll
    for (int step = 16 / N; step > 0; step /= 2) sum += __shfl_xor_sync(FULL, sum, step);
    return sum;
}

// gate[g] of lane i is row g of GATES times state `from[i mod ITEMS]`; the rows begin at `w`, `stride` apart, and have
// n elements. All lanes must call it.
template <int GATES, int ITEMS, typename T>
__device__ void gate_sums(T (&gate)[GATES], const T* w, uint64_t stride, const T* const (&from)[ITEMS], uint32_t n) {
    constexpr int SUMS = (GATES > 2 ? 4 : GATES) * ITEMS;
    T sum[SUMS] = {};
    const uint32_t lane = threadIdx.x % 32;
    // Unrolled further, the loops would need more registers than there are.
    if (n % 4 == 0) {
#pragma unroll 1
        for (uint32_t at = 4 * lane; at < n; at += 128) {
            Four<T> row[GATES];
#pragma unroll
            for (int g = 0; g < GATES; ++g) row[g] = *reinterpret_cast<const Four<T>*>(w + g * stride + at);
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                const Four<T> state = *reinterpret_cast<const Four<T>*>(from[i] + at);
#pragma unroll
                for (int g = 0; g < GATES; ++g) {
#pragma unroll
                    for (int k = 0; k < 4; ++k) sum[g * ITEMS + i] += row[g].at[k] * state.at[k];
                }
            }
        }
    } else {
#pragma unroll 1
        for (uint32_t at = lane; at < n; at += 32) {
            T row[GATES];
#pragma unroll
            for (int g = 0; g < GATES; ++g) row[g] = w[g * stride + at];
#pragma unroll
            for (int i = 0; i < ITEMS; ++i) {
                const T state = from[i][at];
#pragma unroll
                for (int g = 0; g < GATES; ++g) sum[g * ITEMS + i] += row[g] * state;
            }
        }
    }

    const T own = scattered_sum(sum);
#pragma unroll
    for (int g = 0; g < GATES; ++g) gate[g] = __shfl_sync(FULL, own, (g * ITEMS + lane % ITEMS) * (32 / SUMS));
}

// A batch of `b` series of up to `t` steps, in `d` directions.
template <typename T>
struct Recurrence {
    const T* h;               // [d, b, n], before the first step
    const uint32_t* lengths;  // [b], null where all have t steps
    const T* y;               // [t, b, d, n], after each step
    uint32_t reverse, d, b, n, t;

    __device__ uint32_t length(uint64_t i) const { return lengths ? min(lengths[i], t) : t; }

    // Where in time step s of series i lies; behind its end s itself.
    __device__ uint64_t place(uint32_t direction, uint64_t i, uint32_t s) const {
        const uint32_t end = length(i);
        return direction + reverse == 1 && s < end ? end - 1 - s : s;
    }

    // The number of series i at a place among all [t, b, d].
    __device__ uint64_t at(uint32_t direction, uint64_t i, uint64_t place) const {
        return (place * b + i) * d + direction;
    }

    // The state that step s begins with.
    __device__ const T* state(uint32_t direction, uint64_t i, uint32_t s) const {
        if (s == 0) return h + (uint64_t(direction) * b + i) * n;
        return y + at(direction, i, place(direction, i, s - 1)) * n;
    }

    // The first series that is longer than t is the one reported.
    __device__ void judge(uint64_t* status) const {
        const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
        for (uint64_t series = i; lengths && series < b; series += uint64_t(gridDim.x) * blockDim.x) {
            if (lengths[series] > t) {
                atomicMax(reinterpret_cast<unsigned long long*>(status),
                          ~0ull - static_cast<unsigned long long>(series));
            }
        }
    }
};

// The share of a block in a step: up to ITEMS series in one direction, and every `stride`-th unit of them a warp.
template <int ITEMS>
struct Turn {
    uint32_t direction, count, begin, stride;
    uint64_t item;

    __device__ Turn(uint32_t b, uint32_t split) {
        const uint32_t group = blockIdx.x / split, groups = (b + ITEMS - 1) / ITEMS, warps = blockDim.x / 32;
        direction = group / groups;
        item = uint64_t(group % groups) * ITEMS;
        count = min(uint64_t(ITEMS), b - item);
        begin = blockIdx.x % split * warps + threadIdx.x / 32;
        stride = split * warps;
    }

    // Calls unit(row, from) for the block's units, `from` the states that step s begins with or what `state` says.
    // Series beyond the last count as the last.
    template <typename T, typename State, typename Unit>
    __device__ void units(uint32_t n, State state, Unit unit) const {
        const T* from[ITEMS];
#pragma unroll
        for (int i = 0; i < ITEMS; ++i) from[i] = state(item + min(uint32_t(i), count - 1));
        for (uint32_t row = begin; row < n; row += stride) unit(row, from);
    }
};

}  // namespace prism
