#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

// Elements of a lane and of a row, and the bits that tell their places apart.
constexpr uint32_t SHORT = 32, SHORT_ROW = 1024, PLACES = 11;

// The order of an element, then of its place: no two are equal, and none is 0.
__device__ inline uint64_t rank_in(uint32_t order, uint32_t place) {
    return uint64_t(order) << PLACES | (SHORT_ROW - place);
}

__device__ inline uint32_t place_of(uint64_t rank) { return SHORT_ROW - (uint32_t(rank) & ((1u << PLACES) - 1)); }

// Sorts the lanes' numbers, the largest first: Batcher's bitonic sort.
template <typename N>
__device__ N sorted_lanes(N value) {
    const unsigned lane = threadIdx.x % 32;
#pragma unroll
    for (unsigned size = 2; size <= 32; size *= 2) {
#pragma unroll
        for (unsigned stride = size / 2; stride; stride /= 2) {
            const N other = __shfl_xor_sync(FULL, value, stride);
            const bool is_upper = ((lane & stride) == 0) == ((lane & size) == 0 || size == 32);
            value = is_upper ? max(value, other) : min(value, other);
        }
    }
    return value;
}

// A row in the registers of a warp: a lane has every 32nd element.
template <typename T>
struct ShortRow {
    const T* row;
    uint32_t n, turned;  // turned: all bits where the smaller go first
    uint32_t order[SHORT];

    __device__ ShortRow(const T* row, uint32_t n, bool smallest) : row(row), n(n), turned(smallest ? ~0u : 0) {
        T held[SHORT];
#pragma unroll
        for (uint32_t j = 0; j < SHORT; ++j) {
            if (place(j) < n) held[j] = row[place(j)];
        }
#pragma unroll
        for (uint32_t j = 0; j < SHORT; ++j) order[j] = place(j) < n ? order_of(held[j]) : 0;
    }

    __device__ static uint32_t place(uint32_t j) { return 32 * j + threadIdx.x % 32; }

    // The order of numbers, none of them 0: NaN is above all and −0 equals 0, as a sum has one NaN only, and no −0 but
    // of two.
    __device__ uint32_t order_of(T x) const {
        const uint32_t bits = __float_as_uint(widen(x) + 0.0f);
        return bits ^ (uint32_t(int32_t(bits) >> 31) | 0x80000000u) ^ turned;
    }

    // The largest order of the lane.
    __device__ uint32_t largest() const {
        uint32_t most = order[0];
#pragma unroll
        for (uint32_t j = 1; j < SHORT; ++j) most = max(most, order[j]);
        return most;
    }

    // The largest rank of the lane below a limit, of elements read once more; 0 for none.
    __device__ uint64_t next(uint64_t limit) const {
        uint64_t most = 0;
#pragma unroll 4
        for (uint32_t place = threadIdx.x % 32; place < n; place += 32) {
            const uint64_t rank = rank_in(order_of(row[place]), place);
            if (rank < limit) most = max(most, rank);
        }
        return most;
    }
};

// How many the lanes up to this one have. All lanes must call it.
__device__ inline uint32_t count_through(uint32_t count) {
#pragma unroll
    for (uint32_t step = 1; step < 32; step *= 2) {
        const uint32_t before = __shfl_up_sync(FULL, count, step);
        if (threadIdx.x % 32 >= step) count += before;
    }
    return count;
}

// The k largest ranks of a row, the largest on the first lane. The k-th largest of the lanes' own orders is reached by
// k elements and, in a row of no particular order, by few others: up to 32 are put aside, read once more, and sorted.
// Where there are more they are taken one by one.
template <typename T>
__device__ uint64_t first_ranks(const ShortRow<T>& row, uint32_t k, uint64_t* list) {
    const unsigned lane = threadIdx.x % 32;
    const uint32_t reached = __shfl_sync(FULL, sorted_lanes(row.largest()), k - 1);
    uint32_t first = 0;
#pragma unroll
    for (uint32_t j = 0; j < SHORT; ++j) first |= uint32_t(row.order[j] >= reached) << j;
    const uint32_t through = count_through(__popc(first)), count = __shfl_sync(FULL, through, 31);
    if (count <= 32) {
        for (uint32_t at = through - __popc(first); first; first &= first - 1, ++at) {
            const uint32_t place = row.place(__ffs(first) - 1);
            list[at] = rank_in(row.order_of(row.row[place]), place);
        }
        __syncwarp();
        return sorted_lanes(lane < count ? list[lane] : 0);
    }
    uint64_t own = 0, limit = rank_in(~0u, 0) + 1;  // above all
    for (uint32_t at = 0; at < k; ++at) {
        limit = warp_max(row.next(limit));
        if (lane == at) own = limit;
    }
    return own;
}

}  // namespace prism

// A warp a row.
template <typename T>
__device__ void row_top_short(const T* x,        // [r, n]
                              T* values,         // [r, k]
                              int64_t* indices,  // [r, k]
                              uint32_t smallest, uint32_t sorted, uint64_t r, uint32_t n, uint32_t k) {
    __shared__ uint64_t lists[4][32];
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t at = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (at >= r) return;
    const prism::ShortRow<T> row(x + at * n, n, smallest);
    uint32_t place = prism::place_of(prism::first_ranks(row, k, lists[threadIdx.x / 32]));
    if (!sorted) place = prism::SHORT_ROW - prism::sorted_lanes(lane < k ? prism::SHORT_ROW - place : 0);
    if (lane >= k) return;
    values[at * k + lane] = x[at * n + place];
    indices[at * k + lane] = place;
}
