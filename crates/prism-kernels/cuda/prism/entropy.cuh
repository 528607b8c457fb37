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
        const double inverse = 1 / total;
        double rest = 0;
#pragma unroll
        for (int k = 0; k < HELD; ++k) rest += held[k] * inverse > 0.5 ? 0 : held[k];
        rest = warp_sum(rest);
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
            sum += share_term<U>(held[k], rest, inverse);
            filled += held[k] > 0;
        }
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

// Which row a thread works on: a warp a row when rows are short, else a block a row, as the launch was counted.
struct RowShare {
    bool block;
    uint64_t row;

    __device__ RowShare(uint64_t cells) : block(cells > 4096) {
        row = block ? blockIdx.x : (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    }

    __device__ bool writes() const { return (block ? threadIdx.x : threadIdx.x % 32) == 0; }

    // The entropy of the row's cells, valid where `writes()`.
    template <typename U, int HELD, typename Load>
    __device__ Entropy entropy(uint64_t cells, Load load) const {
        const uint32_t first = block ? threadIdx.x / 32 : 0, stride = block ? blockDim.x / 32 : 1;
        const Entropy mine = warp_entropy<U, HELD>(cells, first, stride, load);
        return block ? block_merge<U>(mine) : mine;
    }
};

}  // namespace prism
