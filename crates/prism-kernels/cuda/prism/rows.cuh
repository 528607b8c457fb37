// Sums over the rows of a matrix, in double precision and in an order that depends on nothing but the shape.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"

namespace prism {

// The sum of the block's values, on every lane of the first warp. All threads must call it.
__device__ inline double block_sum(double value) {
    __shared__ double warps[32];
    value = warp_sum(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
    __syncthreads();
    return threadIdx.x < 32 ? warp_sum(threadIdx.x < blockDim.x / 32 ? warps[threadIdx.x] : 0.0) : 0;
}

// The same on all threads, through `shared`.
__device__ inline double block_sum_of_all(double value, double* shared) {
    const double total = block_sum(value);
    if (threadIdx.x == 0) *shared = total;
    __syncthreads();
    return *shared;
}

// How many threads take a row of n terms together, as `rows::threads` of the Rust side counts: alone to 8 terms, a
// quarter of a warp to 64, else a warp.
__device__ inline uint32_t lanes_of_terms(uint64_t n) { return n <= 8 ? 1 : n <= 64 ? 8 : 32; }

// The same where terms come 16 bytes at a time, as `rows::threads_by_spans` counts: one for every 64 terms, four at
// least.
__device__ inline uint32_t lanes_of_spans(uint64_t n) {
    return n <= 8 ? 1 : n <= 256 ? 4 : n <= 512 ? 8 : n <= 1024 ? 16 : 32;
}

// The share of a thread in `r` rows of `n` terms, each cut into `parts`: with other `lanes` of its warp to 4096 terms,
// else, or in parts, with its block.
struct RowPart {
    uint32_t group, lane;
    uint64_t item, row, begin, end;  // the part's number among all, its row, its terms; none beyond the last row

    __device__ RowPart(uint64_t r, uint64_t n, uint32_t parts, uint32_t (&lanes)(uint64_t) = lanes_of_terms)
        : group(parts > 1 || n > 4096 ? blockDim.x : lanes(n)),
          lane(threadIdx.x & (group - 1)),
          item(group > 32 ? blockIdx.x : (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) >> (31 - __clz(group))),
          row(item) {
        uint64_t length = n;
        uint32_t number = 0;
        if (parts > 1) {  // the only divisions, and only then
            row = blockIdx.x / parts, number = blockIdx.x % parts;
            length = (n + parts - 1) / parts;
        }
        begin = min(number * length, n);
        end = row < r ? min(begin + length, n) : begin;
        beyond = row >= r;
    }

    __device__ bool writes() const { return lane == 0 && !beyond; }

    // The group's sum, on all of its threads to a warp, else on the first warp. All threads of the block must call it.
    __device__ double sum(double value) const {
        if (group > 32) return block_sum(value);
        for (uint32_t step = group / 2; step; step /= 2) value += __shfl_xor_sync(FULL, value, step);
        return value;
    }

    // The group's sum on all of its threads, through `shared` where the group is the block.
    __device__ double sum_of_all(double value, double* shared) const {
        return group > 32 ? block_sum_of_all(value, shared) : sum(value);
    }

    // Calls `add(load(i))` for the thread's terms; `HELD` are loaded before the first is used.
    template <int HELD = 4, typename Load, typename Add>
    __device__ void each(Load load, Add add) const {
        for (uint64_t first = begin + lane; first < end; first += HELD * uint64_t(group)) {
            decltype(load(first)) held[HELD];
#pragma unroll
            for (int k = 0; k < HELD; ++k) {
                const uint64_t i = first + k * uint64_t(group);
                held[k] = load(i < end ? i : first);
            }
#pragma unroll
            for (int k = 0; k < HELD; ++k) {
                if (first + k * uint64_t(group) < end) add(held[k]);
            }
        }
    }

  private:
    bool beyond;
};

// Two numbers loaded together.
template <typename T>
struct Two {
    T a, b;
};

// Three numbers loaded together.
template <typename T>
struct Three {
    T a, b, c;
};

}  // namespace prism
