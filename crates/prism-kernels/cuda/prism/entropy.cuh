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

}  // namespace prism
