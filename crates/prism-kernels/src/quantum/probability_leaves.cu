#include "prism/born.cuh"
#include "prism/reduce.cuh"

namespace prism {

// The nodes of a tree over n amplitudes, 64 children each.
__device__ inline uint64_t tree_nodes(uint64_t n) {
    uint64_t count = (n + 63) / 64, all = count;
    while (count > 1) all += count = (count + 63) / 64;
    return all;
}

}  // namespace prism

// A warp four leaves, a lane two amplitudes of each.
template <typename T>
__device__ void probability_leaves(const T* state,  // [b, s]
                                   double* tree,    // [b, nodes]
                                   uint32_t b, uint64_t s) {
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t leaves = (s + 63) / 64, nodes = prism::tree_nodes(s), all = b * leaves;
    const uint64_t first = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32 * 4;
    prism::Neighbours<T> held[4];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const uint64_t leaf = first + k, row = leaf / leaves, at = leaf % leaves * 64 + 2 * lane;
        held[k] = {};
        if (leaf >= all || at >= s) continue;
        // A state of one amplitude has no neighbours, and need not begin at a multiple of 16 bytes.
        if (s == 1)
            held[k].a = state[row];
        else
            held[k] = *reinterpret_cast<const prism::Neighbours<T>*>(state + row * s + at);
    }
    double mine = 0;
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const double sum = prism::warp_sum(prism::probability(held[k].a) + prism::probability(held[k].b));
        if (lane == k) mine = sum;
    }
    const uint64_t leaf = first + lane;
    if (lane < 4 && leaf < all) tree[leaf / leaves * nodes + leaf % leaves] = mine;
}
