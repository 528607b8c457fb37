// Rows whose terms groups of neighbouring lanes take 16 bytes at a time, and sums over them.
#pragma once
#include <type_traits>

#include "prism/rows.cuh"

namespace prism {

// N neighbouring elements, moved together.
template <typename T, int N>
struct alignas(N * sizeof(T)) Neighbours {
    static constexpr int COUNT = N;
    T at[N];

    __device__ static Neighbours of(const T* from) { return *reinterpret_cast<const Neighbours*>(from); }
    __device__ static Neighbours all(T x) {
        Neighbours same;
#pragma unroll
        for (int k = 0; k < N; ++k) same.at[k] = x;
        return same;
    }
    __device__ void put(T* to) const { *reinterpret_cast<Neighbours*>(to) = *this; }
};

// a/b, in 32 bits where they are enough.
__device__ inline uint64_t quotient(uint64_t a, uint32_t b) { return a >> 32 ? a / b : uint32_t(a) / b; }

// The share of a lane in `r` rows of `n` terms, each cut into `parts`: a lane for every 64 bytes to a warp, which goes
// on to 4096 terms; else, or in parts, a block. `rows::packs` of the Rust side counts the threads; blocks of fewer go
// from rows to rows.
template <typename T, int OF_LANE = 64 / sizeof(T)>
struct RowPacks {
    static constexpr int WIDTH = 16 / sizeof(T), EACH = OF_LANE;

    uint32_t group, lane;
    uint64_t row;
    uint32_t begin, end;  // the terms of the row, or of its part; none beyond the last row
    bool has_packs;       // whether rows and parts begin at multiples of 16 bytes

    __device__ RowPacks(uint64_t r, uint32_t n, uint32_t parts)
        : group(blockDim.x), block(blockIdx.x), groups(1), r(r), n(n), parts(parts) {
        length = parts > 1 ? (uint64_t(n) + parts - 1) / parts : n;
        if (parts == 1 && n <= 4096) {
            group = 1;
            while (group < 32 && group * EACH < n) group *= 2;
            groups = blockDim.x / group;
        }
        lane = threadIdx.x & (group - 1);
        has_packs = n % WIDTH == 0 && length % WIDTH == 0;
        find();
    }

    // Whether the block has a row or part; all of its threads say the same.
    __device__ bool more() const { return uint64_t(block) * groups < r * parts; }

    __device__ void advance() {
        block += gridDim.x;
        find();
    }

    // The number of the row or part among all.
    __device__ uint64_t item() const { return uint64_t(block) * groups + (groups > 1 ? threadIdx.x / group : 0); }

    __device__ bool writes() const { return lane == 0 && row < r; }

    // Calls `add(load(i, width))` for the lane's terms, `width` of them from the i-th on: as many as fill 16 bytes,
    // PACKS times before the first are used, or 1.
    template <int PACKS, typename Load, typename Add>
    __device__ void each(Load load, Add add) const {
        if (has_packs)
            each_by<WIDTH, PACKS>(load, add);
        else
            each_by<1, 4>(load, add);
    }

    // Whether it is so on a thread of the group, or of its warp. All threads of the block must call it.
    __device__ bool any(bool is_so) const { return group > 32 ? __syncthreads_or(is_so) : __any_sync(FULL, is_so); }

    // The group's sum, on all of its threads to a warp, else on the first warp. All threads of the block must call it.
    __device__ double sum(double value) const {
        if (group > 32) return block_sum(value);
        for (uint32_t step = group / 2; step; step /= 2) value += __shfl_xor_sync(FULL, value, step);
        return value;
    }

    // The same on all of its threads.
    __device__ double sum_of_all(double value) const {
        __shared__ double total;
        return group > 32 ? block_sum_of_all(value, &total) : sum(value);
    }

  private:
    uint32_t block, groups;  // this one, or one that it stands for; its groups
    uint64_t r;
    uint32_t n, parts, length;

    __device__ void find() {
        row = item();
        begin = 0;
        if (parts > 1) {
            row = quotient(item(), parts);
            begin = min((item() - row * parts) * length, uint64_t(n));
        }
        end = row < r ? min(uint64_t(begin) + length, uint64_t(n)) : begin;
    }

    template <int N, int COUNT, typename Load, typename Add>
    __device__ void each_by(Load load, Add add) const {
        constexpr std::integral_constant<int, N> width;
        for (uint32_t from = begin + min(lane * N, end - begin); from < end;) {
            const uint32_t left = end - from, jump = N * group;
            decltype(load(from, width)) held[COUNT];
#pragma unroll
            for (int k = 0; k < COUNT; ++k) held[k] = load(k * jump < left ? from + k * jump : from, width);
#pragma unroll
            for (int k = 0; k < COUNT; ++k) {
                if (k * jump < left) add(held[k]);
            }
            from = COUNT * jump < left ? from + COUNT * jump : end;
        }
    }
};

}  // namespace prism
