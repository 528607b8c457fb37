// The first of a row in the order of their ranks, found without sorting the row. A block works on one row.
#pragma once
#include "prism/rank.cuh"
#include "prism/warp.cuh"

namespace prism {

// How many candidates a block keeps, and into how many bins it tells ranks apart at a time.
constexpr uint32_t KEPT = 2048;

// What a block needs in shared memory.
struct Selection {
    unsigned long long list[KEPT], bins[KEPT], sum, wanted;
    uint32_t count, bin;
};

// Sorts `m` numbers, a power of two of them, the largest first: Batcher's bitonic sort. All threads must call it.
__device__ inline void sort_descending(unsigned long long* list, uint32_t m) {
    for (uint64_t size = 2; size <= m; size *= 2) {
        for (uint32_t stride = uint32_t(size / 2); stride; stride /= 2) {
            __syncthreads();
            for (uint32_t i = threadIdx.x; i < m / 2; i += blockDim.x) {
                const uint64_t low = 2 * uint64_t(i) - (i & (stride - 1)), high = low + stride;
                const unsigned long long a = list[low], b = list[high];
                if ((a < b) == ((low & size) == 0)) list[low] = b, list[high] = a;
            }
        }
    }
    __syncthreads();
}

// The power of two that holds `count`.
__device__ inline uint32_t power_of_two(uint32_t count) { return count <= 1 ? 1 : 1u << (32 - __clz(count - 1)); }

// The first bin, from the last on down, at which the sum of the bins so far reaches what `wanted` makes of the sum of
// all. Leaves that sum, and what is wanted of the bin itself. All threads must call it, after a barrier behind the last
// change of a bin.
template <typename F>
__device__ uint32_t find_bin(Selection& shared, F wanted) {
    if (threadIdx.x < 32) {
        const unsigned long long* own = shared.bins + KEPT - 1 - KEPT / 32 * threadIdx.x;
        unsigned long long sum = 0, before = 0;
        for (uint32_t i = 0; i < KEPT / 32; ++i) sum += *(own - i);
        unsigned long long through = sum;
        for (uint32_t step = 1; step < 32; step *= 2) {
            const unsigned long long other = __shfl_up_sync(FULL, through, step);
            if (threadIdx.x >= step) through += other;
        }
        before = through - sum;
        const unsigned long long all = __shfl_sync(FULL, through, 31), reach = wanted(all);
        __syncwarp();
        if (before < reach && reach <= through) {
            uint32_t i = 0;
            for (; before + *(own - i) < reach; ++i) before += *(own - i);
            shared.bin = uint32_t(own - i - shared.bins);
            shared.wanted = reach - before;
            shared.sum = all;
        }
    }
    __syncthreads();
    return shared.bin;
}

// A rank, and the sum of all weights.
struct Found {
    uint64_t rank;
    unsigned long long sum;
};

// The largest rank at which the weights of it and of all larger ones reach what `wanted` makes of all their sum, which
// is from 1 to that sum; of ranks from `lowest` on. Digit by digit of the ranks, the row read for each.
template <int HELD, typename T, typename W, typename F>
__device__ Found first_reaching(const Ranks<T>& ranks, uint64_t lowest, W weight, F wanted, Selection& shared) {
    constexpr uint32_t DIGIT = 11;
    Found found{0, 0};
    for (uint32_t left = ranks.bits(); left;) {
        const bool is_first = left == ranks.bits();
        const uint32_t digit = min(left, DIGIT);
        left -= digit;
        for (uint32_t i = threadIdx.x; i < KEPT; i += blockDim.x) shared.bins[i] = 0;
        __syncthreads();
        ranks.template each<HELD>(ranks.n, [&](T value, uint32_t place) {
            const uint64_t rank = ranks.of(value, place), high = rank >> left;
            if (rank < lowest || high >> digit != found.rank) return;
            const unsigned long long w = weight(value);
            if (w) atomicAdd(&shared.bins[high & ((1u << digit) - 1)], w);
        });
        __syncthreads();
        const uint32_t bin =
            find_bin(shared, [&](unsigned long long sum) { return is_first ? wanted(sum) : shared.wanted; });
        found.rank = found.rank << digit | bin;
        if (is_first) found.sum = shared.sum;
    }
    return found;
}

// The rank of the k-th element, k from 1 to n.
template <typename T>
__device__ uint64_t rank_of(const Ranks<T>& ranks, uint32_t k, Selection& shared) {
    const auto one = [](T) { return 1ull; };
    return first_reaching<4>(ranks, 0, one, [&](unsigned long long) { return 1ull * k; }, shared).rank;
}

// Puts the ranks from `lowest` on into a list of `capacity`, in any order; how many there are. All threads must call
// it.
template <typename T>
__device__ uint32_t collect(const Ranks<T>& ranks, uint64_t lowest, unsigned long long* list, uint32_t capacity,
                            Selection& shared) {
    if (threadIdx.x == 0) shared.count = 0;
    __syncthreads();
    ranks.template each<4>(ranks.n, [&](T value, uint32_t place) {
        const uint64_t rank = ranks.of(value, place);
        if (rank < lowest) return;
        const uint32_t at = atomicAdd(&shared.count, 1);
        if (at < capacity) list[at] = rank;
    });
    __syncthreads();
    return shared.count;
}

// Sorts what was collected, with zeros behind it.
__device__ inline void sort_collected(unsigned long long* list, uint32_t count) {
    const uint32_t m = power_of_two(count);
    for (uint32_t i = count + threadIdx.x; i < m; i += blockDim.x) list[i] = 0;
    sort_descending(list, m);
}

// A rank that k elements reach: the k-th of the largest that each thread sees in the beginning of the row. Of a row in
// no particular order hardly more reach it than k times as many as the row has beginnings.
template <typename T>
__device__ uint64_t reached(const Ranks<T>& ranks, uint32_t k, Selection& shared) {
    if (k > blockDim.x || ranks.n <= KEPT) return 0;
    uint64_t own = 0;
    ranks.template each<4>(min(ranks.n, 32 * blockDim.x),
                           [&](T value, uint32_t place) { own = max(own, ranks.of(value, place)); });
    shared.list[threadIdx.x] = own;
    sort_descending(shared.list, blockDim.x);
    const uint64_t rank = shared.list[k - 1];
    __syncthreads();
    return rank;
}

// The ranks of the first k elements in order at the beginning of `shared.list`; k up to `KEPT` and n.
template <typename T>
__device__ void list_first(const Ranks<T>& ranks, uint32_t k, Selection& shared) {
    uint32_t count = collect(ranks, reached(ranks, k, shared), shared.list, KEPT, shared);
    if (count > KEPT) count = collect(ranks, rank_of(ranks, k, shared), shared.list, KEPT, shared);
    sort_collected(shared.list, count);
}

}  // namespace prism
