// The first of a row in the order of their ranks, found without sorting the row. A block works on one row.
#pragma once
#include "prism/rank.cuh"
#include "prism/warp.cuh"

namespace prism {

template <typename T>
using RankOf = typename Ranks<T>::Rank;

// How many candidates a block keeps, and into how many bins it tells ranks apart at a time.
constexpr uint32_t DIGIT = 11, KEPT = 1 << DIGIT;

// Sums of weights up to 2⁴⁰, in two words each: shared memory adds no longer ones.
struct Bins {
    uint32_t low[KEPT], high[KEPT];

    __device__ void set(uint32_t bin, unsigned long long sum) { low[bin] = uint32_t(sum), high[bin] = sum >> 32; }
    __device__ unsigned long long at(uint32_t bin) const { return (unsigned long long)high[bin] << 32 | low[bin]; }

    // Lanes that happen to come together and to want the same bin add together: a row of ties would wait for itself.
    __device__ void add(uint32_t bin, unsigned long long weight) {
        const unsigned lanes = __activemask();
        int is_one;
        __match_all_sync(lanes, bin, &is_one);
        if (is_one) {
            const unsigned long long upper = __reduce_add_sync(lanes, uint32_t(weight >> 21));
            weight = (upper << 21) + __reduce_add_sync(lanes, uint32_t(weight) & 0x1fffff);
            if (threadIdx.x % 32 != __ffs(lanes) - 1) return;
        }
        const uint32_t part = uint32_t(weight), carry = atomicAdd(low + bin, part) + part < part;
        if (weight >> 32 || carry) atomicAdd(high + bin, uint32_t(weight >> 32) + carry);
    }
};

// What a block needs in shared memory.
struct Selection {
    unsigned long long list[KEPT], sum, wanted, least, most;
    Bins bins;
    uint32_t count, bin;
};

// Sorts `m` words, a power of two of them, by what `order` makes of them, the largest first: Batcher's bitonic sort.
// All threads must call it.
template <typename F>
__device__ void sort_descending(unsigned long long* list, uint32_t m, F order) {
    for (uint64_t size = 2; size <= m; size *= 2) {
        for (uint32_t stride = uint32_t(size / 2); stride; stride /= 2) {
            __syncthreads();
            for (uint32_t i = threadIdx.x; i < m / 2; i += blockDim.x) {
                const uint64_t low = 2 * uint64_t(i) - (i & (stride - 1)), high = low + stride;
                const unsigned long long a = list[low], b = list[high];
                if ((order(a) < order(b)) == ((low & size) == 0)) list[low] = b, list[high] = a;
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
        const uint32_t own = KEPT - 1 - KEPT / 32 * threadIdx.x;
        unsigned long long sum = 0, before = 0;
        for (uint32_t i = 0; i < KEPT / 32; ++i) sum += shared.bins.at(own - i);
        unsigned long long through = sum;
        for (uint32_t step = 1; step < 32; step *= 2) {
            const unsigned long long other = __shfl_up_sync(FULL, through, step);
            if (threadIdx.x >= step) through += other;
        }
        before = through - sum;
        const unsigned long long all = __shfl_sync(FULL, through, 31), reach = wanted(all);
        __syncwarp();
        if (before < reach && reach <= through) {
            uint32_t bin = own;
            for (; before + shared.bins.at(bin) < reach; --bin) before += shared.bins.at(bin);
            shared.bin = bin;
            shared.wanted = reach - before;
            shared.sum = all;
        }
    }
    __syncthreads();
    return shared.bin;
}

// Puts the ranks from `lowest` to `highest` into the list, in any order, as many as there is room for; how many there
// are, and the least and the greatest of them. All threads must call it.
template <typename T>
__device__ uint32_t collect(const Ranks<T>& ranks, RankOf<T> lowest, RankOf<T> highest, unsigned long long* list,
                            uint32_t capacity, Selection& shared) {
    if (threadIdx.x == 0) shared.count = 0, shared.least = ~0ull, shared.most = 0;
    __syncthreads();
    const auto limit = ranks.limit(lowest);
    unsigned long long least = ~0ull, most = 0;
    ranks.template each<2>(ranks.n, [&](T value, uint32_t place) {
        if (ranks.is_beyond(value, limit)) return;
        const RankOf<T> rank = ranks.of(value, place);
        if (rank < lowest || rank > highest) return;
        least = min(least, ranks.bound(rank)), most = max(most, ranks.bound(rank));
        const uint32_t at = atomicAdd(&shared.count, 1);
        if (at < capacity) list[at] = ranks.word(rank);
    });
    if (most >= least) atomicMin(&shared.least, least), atomicMax(&shared.most, most);
    __syncthreads();
    return shared.count;
}

// Sorts what was collected, with zeros behind it.
template <typename T>
__device__ void sort_collected(const Ranks<T>& ranks, unsigned long long* list, uint32_t count) {
    const uint32_t m = power_of_two(count);
    for (uint32_t i = count + threadIdx.x; i < m; i += blockDim.x) list[i] = 0;
    sort_descending(list, m, [&](uint64_t word) { return ranks.rank(word); });
}

// The word of a rank, and the sum of all weights.
struct Found {
    uint64_t word;
    unsigned long long sum;
};

// The largest rank at which the weights of it and of all larger ones reach what `wanted` makes of all their sum, which
// is from 1 to that sum; of ranks from `lowest` to `highest`. In bins of ranks, then in those of the bin where it is,
// until that holds few enough to be sorted.
template <typename T, typename W, typename F>
__device__ Found first_reaching(const Ranks<T>& ranks, RankOf<T> lowest, RankOf<T> highest, W weight, F wanted,
                                Selection& shared) {
    Found found{0, 0};
    uint32_t count = KEPT + 1;
    for (bool is_first = true; count > KEPT; is_first = false) {
        const uint32_t bits = bit_length(highest - lowest), shift = bits > DIGIT ? bits - DIGIT : 0;
        for (uint32_t i = threadIdx.x; i < KEPT; i += blockDim.x) shared.bins.set(i, 0);
        __syncthreads();
        ranks.template each<1>(ranks.n, [&](T value, uint32_t place) {
            const RankOf<T> above = ranks.of(value, place) - lowest;
            if (above > highest - lowest) return;
            const unsigned long long w = weight(value);
            if (w) shared.bins.add(uint32_t(above >> shift), w);
        });
        __syncthreads();
        const uint32_t bin =
            find_bin(shared, [&](unsigned long long sum) { return is_first ? wanted(sum) : shared.wanted; });
        if (is_first) found.sum = shared.sum;
        lowest += RankOf<T>(bin) << shift;
        const RankOf<T> last = lowest + (RankOf<T>(1) << shift) - 1;
        if (last < highest) highest = last;
        count = collect(ranks, lowest, highest, shared.list, KEPT, shared);
        ranks.narrow(lowest, highest, shared.least, shared.most);
    }
    sort_collected(ranks, shared.list, count);
    for (uint32_t j = threadIdx.x; j < KEPT; j += blockDim.x)
        shared.bins.set(KEPT - 1 - j, j < count ? weight(ranks.value(shared.list[j])) : 0);
    __syncthreads();
    const uint32_t bin = find_bin(shared, [&](unsigned long long) { return shared.wanted; });
    found.word = shared.list[KEPT - 1 - bin];
    return found;
}

// The rank of the k-th element, k from 1 to n.
template <typename T>
__device__ RankOf<T> rank_of(const Ranks<T>& ranks, uint32_t k, Selection& shared) {
    const auto one = [](T) { return 1ull; };
    const RankOf<T> highest = (RankOf<T>(1) << ranks.bits()) - 1;
    const auto wanted = [&](unsigned long long) { return 1ull * k; };
    return ranks.rank(first_reaching(ranks, 0, highest, one, wanted, shared).word);
}

// A rank that k elements reach: the k-th of the largest that each thread sees in 32 elements, spread over the row. Of a
// row in no particular order, or in order, hardly more reach it than k times as many as the row is longer.
template <typename T>
__device__ RankOf<T> reached(const Ranks<T>& ranks, uint32_t k, Selection& shared) {
    if (k > blockDim.x || ranks.n <= KEPT) return 0;
    RankOf<T> own = 0;
    const uint32_t sample = 32 * blockDim.x;
    ranks.template each<2>(
        min(ranks.n, sample), [&](T value, uint32_t place) { own = larger(own, ranks.of(value, place)); },
        max(1u, ranks.n / sample));
    shared.list[threadIdx.x] = ranks.word(own);
    sort_descending(shared.list, blockDim.x, [&](uint64_t word) { return ranks.rank(word); });
    const RankOf<T> rank = ranks.rank(shared.list[k - 1]);
    __syncthreads();
    return rank;
}

// The ranks of the first k elements in order at the beginning of a list, of which the capacity is a power of two from k
// on. All threads must call it.
template <typename T>
__device__ void list_first(const Ranks<T>& ranks, uint32_t k, unsigned long long* list, uint32_t capacity,
                           Selection& shared) {
    RankOf<T> lowest = reached(ranks, k, shared);
    for (bool is_known = lowest > 0 || ranks.n <= capacity;; is_known = false) {
        if (!is_known) lowest = rank_of(ranks, k, shared);
        const uint32_t count = collect(ranks, lowest, ~RankOf<T>(0), list, capacity, shared);
        if (count > capacity) continue;
        sort_collected(ranks, list, count);
        return;
    }
}

}  // namespace prism
