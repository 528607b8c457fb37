// Entropy in one pass over cells c ≥ 0, by grouping: with N = N₁ + N₂,
// Σ c·ln(c/N) = Σ₁ c·ln(c/N₁) + Σ₂ c·ln(c/N₂) + N₁·ln(N₁/N) + N₂·ln(N₂/N), a sum without cancellation.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"

namespace prism {

// What is known of some cells.
struct Entropy {
    double total;     // N = Σ c; NaN when a cell is negative
    double sum;       // Σ c·ln(c/N), never positive
    uint64_t filled;  // how many cells are positive

    // −Σ p·ln p with p = c/N or, not normalised, p = c. NaN when all cells are 0.
    __device__ double nats(bool normalize) const {
        if (total == 0) return nan("");
        return 0 - (normalize ? sum / total : sum + total * log(total));
    }
};

// A cell as a double; NaN when it is negative.
template <typename T>
__device__ double cell(T c) {
    return c >= T(0) ? double(c) : nan("");
}

// c·ln(c/N) in the precision of U with `inverse` = 1/N; 0 at 0 and where the share underflows. A cell with more than
// half of N takes the logarithm of what is missing, `rest`: no digit is lost near 1, and a row of one cell is exactly
// 0.
template <typename U>
__device__ double share_term(double c, double rest, double inverse) {
    const double share = c * inverse;
    if (share > 0.5) return c * double(log1p(U(-rest * inverse)));
    return c > 0 && U(share) != 0 ? c * double(log(U(share))) : 0;
}

template <typename U>
__device__ Entropy merge(const Entropy& a, const Entropy& b) {
    const double total = a.total + b.total, inverse = 1 / total;
    const double parts = share_term<U>(a.total, b.total, inverse) + share_term<U>(b.total, a.total, inverse);
    return {total, a.sum + b.sum + parts, a.filled + b.filled};
}

// Σ c·ln(c/N) cell by cell for a known N: the one cell above half of it waits until the rest is known.
template <typename U>
struct Shares {
    double inverse, sum = 0, rest = 0, most = 0;
    uint32_t filled = 0;

    __device__ Shares(double total) : inverse(1 / total) {}

    __device__ void add(double c) {
        filled += c > 0;
        if (c * inverse > 0.5) {
            most = c;
        } else {
            rest += c;
            sum += share_term<U>(c, 0, inverse);
        }
    }

    __device__ double whole(double all_rest) const {
        return most > 0 ? sum + share_term<U>(most, all_rest, inverse) : sum;
    }
};

// The entropy of `load(i)` for i below `cells`, by one thread that reads them twice.
template <typename U, typename Load>
__device__ Entropy thread_entropy(uint32_t cells, Load load) {
    double total = 0;
    for (uint32_t i = 0; i < cells; ++i) total += load(i);
    Shares<U> shares(total);
    for (uint32_t i = 0; i < cells; ++i) shares.add(load(i));
    return {total, shares.whole(shares.rest), shares.filled};
}

// The entropy of `load(i)` for i in tiles `first`, `first + stride`, … by one warp; on every lane. A lane holds `HELD`
// cells of a tile.
template <typename U, int HELD, typename Load>
__device__ Entropy warp_entropy(uint64_t cells, uint64_t first, uint64_t stride, Load load) {
    constexpr uint64_t TILE = 32 * HELD;
    const uint32_t lane = threadIdx.x % 32;
    double all = 0, sum = 0;
    uint64_t filled = 0;
    for (uint64_t tile = first * TILE; tile < cells; tile += stride * TILE) {
        double held[HELD], total = 0;
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
            const uint64_t i = tile + 32 * k + lane;
            held[k] = i < cells ? load(i) : 0;
            total += held[k];
        }
        total = warp_sum(total);
        Shares<U> shares(total);
#pragma unroll
        for (int k = 0; k < HELD; ++k) shares.add(held[k]);
        sum += shares.whole(warp_sum(shares.rest));
        filled += shares.filled;
        if (lane == 0 && tile != first * TILE) sum += merge<U>({all, 0, 0}, {total, 0, 0}).sum;
        all += total;
    }
    return {all, warp_sum(sum), warp_sum(filled)};
}

// The entropies of the lanes together, on every lane.
template <typename U>
__device__ Entropy warp_merge(Entropy all) {
    for (int step = 16; step; step /= 2) {
        const Entropy other = {__shfl_xor_sync(FULL, all.total, step), __shfl_xor_sync(FULL, all.sum, step),
                               __shfl_xor_sync(FULL, all.filled, step)};
        all = merge<U>(all, other);
    }
    return all;
}

// The entropies of the block's warps together, on every lane of the first warp. All threads must call it.
template <typename U>
__device__ Entropy block_merge(const Entropy& mine) {
    __shared__ Entropy parts[32];
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = blockDim.x / 32;
    __syncthreads();
    if (lane == 0) parts[warp] = mine;
    __syncthreads();
    const Entropy all = lane < warps ? parts[lane] : Entropy{0, 0, 0};
    return warp == 0 ? warp_merge<U>(all) : all;
}

// Which row a thread works on, as the launch was counted: alone to 64 cells, with its warp to 4096, else with its
// block.
struct RowShare {
    uint32_t group;
    uint64_t row;

    __device__ RowShare(uint64_t cells) : group(cells <= 64 ? 1 : cells <= 4096 ? 32 : blockDim.x) {
        row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / group;
    }

    __device__ bool writes() const { return threadIdx.x % group == 0; }

    // The entropy of the row's cells, or of some sums of them; valid where `writes()`.
    template <typename U, int HELD, typename Load>
    __device__ Entropy entropy(uint64_t cells, Load load) const {
        if (group == 1) return thread_entropy<U>(cells, load);
        if (group == 32) return warp_entropy<U, HELD>(cells, 0, 1, load);
        return block_merge<U>(warp_entropy<U, HELD>(cells, threadIdx.x / 32, blockDim.x / 32, load));
    }
};

}  // namespace prism
