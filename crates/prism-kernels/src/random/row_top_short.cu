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
struct ShortRow {
    uint32_t order[SHORT], n;

    // The order of numbers: NaN is above all and −0 equals 0, as a sum has one NaN only, and no −0 but of two.
    template <typename T>
    __device__ ShortRow(const T* row, uint32_t n, bool smallest) : n(n) {
#pragma unroll
        for (uint32_t j = 0; j < SHORT; ++j) {
            order[j] = 0;
            if (place(j) < n) order[j] = __float_as_uint(widen(row[place(j)]) + 0.0f);
        }
#pragma unroll
        for (uint32_t j = 0; j < SHORT; ++j) {
            order[j] ^= uint32_t(int32_t(order[j]) >> 31) | 0x80000000u;
            if (smallest) order[j] = ~order[j];
            if (place(j) >= n) order[j] = 0;
        }
    }

    __device__ static uint32_t place(uint32_t j) { return 32 * j + threadIdx.x % 32; }

    // The largest order of the lane.
    __device__ uint32_t largest() const {
        uint32_t most = order[0];
#pragma unroll
        for (uint32_t j = 1; j < SHORT; ++j) most = max(most, order[j]);
        return most;
    }

    // The largest rank of the lane below a limit; 0 for none.
    __device__ uint64_t next(uint64_t limit) const {
        const uint32_t order_of_limit = uint32_t(limit >> PLACES);
        const int32_t place_of_limit = int32_t(place_of(limit));
        uint32_t most = 0, at = n;
#pragma unroll
        for (uint32_t j = 0; j < SHORT; ++j) {
            const bool is_below =
                order[j] < order_of_limit || (order[j] == order_of_limit && int32_t(place(j)) > place_of_limit);
            if (is_below && place(j) < n && (at == n || order[j] > most)) most = order[j], at = place(j);
        }
        return at == n ? 0 : rank_in(most, at);
    }
};

// The k largest ranks of a row, the largest on the first lane. The k-th largest of the lanes' own orders is reached by
// k elements and, in a row of no particular order, by few others: up to 32 are put aside and sorted. Where there are
// more they are taken one by one.
__device__ inline uint64_t first_ranks(const ShortRow& row, uint32_t k, uint64_t* list) {
    const unsigned lane = threadIdx.x % 32;
    const uint32_t reached = __shfl_sync(FULL, sorted_lanes(row.largest()), k - 1);
    uint32_t count = 0;
#pragma unroll
    for (uint32_t j = 0; j < SHORT; ++j) {
        const bool is_first = row.order[j] >= reached && row.place(j) < row.n;
        const unsigned lanes = __ballot_sync(FULL, is_first);
        if (lanes == 0) continue;
        const uint32_t at = count + __popc(lanes & ((1u << lane) - 1));
        if (is_first && at < 32) list[at] = rank_in(row.order[j], row.place(j));
        count += __popc(lanes);
    }
    __syncwarp();
    if (count <= 32) return sorted_lanes(lane < count ? list[lane] : 0);
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
    const prism::ShortRow row(x + at * n, n, smallest);
    uint32_t place = prism::place_of(prism::first_ranks(row, k, lists[threadIdx.x / 32]));
    if (!sorted) place = prism::SHORT_ROW - prism::sorted_lanes(lane < k ? prism::SHORT_ROW - place : 0);
    if (lane >= k) return;
    values[at * k + lane] = x[at * n + place];
    indices[at * k + lane] = place;
}
