// The entropy of cells that lie side by side, by a group of lanes that holds them in registers.
#pragma once
#include "prism/entropy.cuh"
#include "prism/row_packs.cuh"
#include "prism/share.cuh"

namespace prism {

// The lanes, at most a warp, that take some cells together.
struct Lanes {
    uint32_t group, lane;

    __device__ static Lanes of_warp() { return {32, threadIdx.x % 32}; }

    template <typename X>
    __device__ X sum(X value) const {
        if (group == 32) return warp_sum(value);
        for (uint32_t step = group / 2; step; step /= 2) value += __shfl_xor_sync(FULL, value, step);
        return value;
    }
};

// The sum of `term(k)` for k below E; eight at most are added before they become doubles.
template <typename W, int E, typename Term>
__device__ double sum_of(Term term) {
    constexpr int RUN = E < 8 ? E : 8;
    double sum = 0;
#pragma unroll
    for (int first = 0; first < E; first += RUN) {
        W some = 0;
#pragma unroll
        for (int k = first; k < first + RUN; ++k) some += term(k);
        sum += double(some);
    }
    return sum;
}

// Whether a cell is negative, where the largest of the cells' top words says that one may be: −0 is not.
template <typename W, int E>
__device__ bool has_negative(const W (&cells)[E], uint32_t largest) {
    bool found = false;
    if (largest >= 0x80000000u) {
#pragma unroll
        for (int k = 0; k < E; ++k) found |= cells[k] < 0;
    }
    return found;
}

// Σ c·ln(c/N) of the cells that a lane holds, where one of the group's may be most of N: it takes the logarithm of what
// is missing, so that no digit is lost near 1. Two halves of N are no such: each may be rounded to more than a half.
template <typename W, int E>
__device__ double terms_and_rest(const W (&cells)[E], double total, W inverse, const Lanes& lanes) {
    W most = 0;
#pragma unroll
    for (int k = 0; k < E; ++k) most = cells[k] * inverse > W(0.6) ? cells[k] : most;
    const auto other = [&](int k) { return cells[k] == most ? W(0) : cells[k]; };
    const auto term = [&](int k) { return other(k) * LogOfShare<W>::of(other(k), inverse); };
    const double rest = lanes.sum(sum_of<W, E>(other)), sum = sum_of<W, E>(term) * LogOfShare<W>::NATS;
    return most > 0 ? sum + double(most) * double(log1p(W(-rest / total))) : sum;
}

// The entropy of the cells that a group of lanes holds, E each; 0 is no cell. All of the warp must call it. Only where
// it COUNTS are the filled ones counted.
template <bool COUNTS, typename W, int E>
__device__ Entropy held_entropy(W (&cells)[E], const Lanes& lanes) {
    uint32_t largest = 0, filled = 0;
#pragma unroll
    for (int k = 0; k < E; ++k) {
        largest = max(largest, uint32_t(top_word(cells[k])));
        if (COUNTS) filled += cells[k] > 0;
    }
    double total = sum_of<W, E>([&](int k) { return cells[k]; });
    if (sizeof(W) == 4 && total == infinity<double>())
        total = sum_of<double, E>([&](int k) { return double(cells[k]); });
    total = lanes.sum(has_negative(cells, largest) ? nan("") : total);
    const W scale = into_range<W>(total);
    if (scale != 1) {
#pragma unroll
        for (int k = 0; k < E; ++k) cells[k] *= scale;
    }
    const W inverse = total > 0 ? inverse_near(W(total * scale)) : W(0);
    double sum;
    if (__any_sync(FULL, largest >= uint32_t(top_word(W(0.5 * total))))) {
        sum = terms_and_rest(cells, total * scale, inverse, lanes);
    } else {
        const auto term = [&](int k) { return cells[k] * LogOfShare<W>::of(cells[k], inverse); };
        sum = sum_of<W, E>(term) * LogOfShare<W>::NATS;
    }
    sum = double(lanes.sum(W(sum)));
    if (scale != 1) sum /= scale;
    return {total, sum, COUNTS ? lanes.sum(filled) : 0};
}

// The entropy of `count` cells, E of each lane at a time: `fill(first, cells)` takes those from the first-th on. All of
// the warp must call it with the same count.
template <bool COUNTS, typename W, int E, typename Fill>
__device__ Entropy tiled_entropy(uint64_t count, const Lanes& lanes, Fill fill) {
    Entropy all = {0, 0, 0};
    for (uint64_t first = 0; first < count; first += E * lanes.group) {
        W cells[E];
        fill(first, cells);
        const Entropy part = held_entropy<COUNTS>(cells, lanes);
        all = first == 0 ? part : merge<W>(all, part);
    }
    return all;
}

// The entropy of the cells from `row` to `end`, `count` of them or, beyond the last row, none; `has_packs`: they begin
// at a multiple of 16 bytes and end at one.
template <bool COUNTS, typename W, int E, typename T>
__device__ Entropy row_entropy(const T* row, uint64_t end, uint64_t count, bool has_packs, const Lanes& lanes) {
    constexpr int WIDTH = 16 / sizeof(T);
    return tiled_entropy<COUNTS, W, E>(count, lanes, [&](uint64_t first, W(&cells)[E]) {
        if (has_packs) {
#pragma unroll
            for (int k = 0; k < E; k += WIDTH) {
                const uint64_t i = first + k * lanes.group + lanes.lane * WIDTH;
                const auto pack = i < end ? Neighbours<T, WIDTH>::of(row + i) : Neighbours<T, WIDTH>::all(0);
#pragma unroll
                for (int j = 0; j < WIDTH; ++j) cells[k + j] = W(pack.at[j]);
            }
        } else {
#pragma unroll
            for (int k = 0; k < E; ++k) {
                const uint64_t i = first + k * lanes.group + lanes.lane;
                cells[k] = i < end ? W(row[i]) : W(0);
            }
        }
    });
}

// The same by a block, each warp a share; on its first warp.
template <bool COUNTS, typename W, typename T>
__device__ Entropy block_entropy(const T* row, uint64_t count, bool has_packs) {
    const uint32_t warp = threadIdx.x / 32, warps = blockDim.x / 32;
    const uint64_t length = ((count + warps - 1) / warps + 7) / 8 * 8, begin = min(warp * length, count);
    const uint64_t own = min(length, count - begin);
    constexpr int MANY = 128 / sizeof(W);
    return block_merge<W>(row_entropy<COUNTS, W, MANY>(row + begin, own, own, has_packs, Lanes::of_warp()));
}

// The entropy of the row of n cells that a group of lanes takes, with logarithms in the precision of W.
template <bool COUNTS, typename W, typename T>
__device__ Entropy packs_entropy(const T* row, uint32_t n, const RowPacks<T>& packs) {
    constexpr int FEW = RowPacks<T>::EACH, MANY = 128 / sizeof(W);
    const Lanes own = {packs.group, packs.lane};
    if (n <= 32 * FEW) return row_entropy<COUNTS, W, FEW>(row, packs.end, n, packs.has_packs, own);
    if (packs.group == 32) return row_entropy<COUNTS, W, MANY>(row, packs.end, n, packs.has_packs, Lanes::of_warp());
    return block_entropy<COUNTS, W>(row, packs.end, packs.has_packs);
}

}  // namespace prism
