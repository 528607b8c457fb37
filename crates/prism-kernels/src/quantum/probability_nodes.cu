#include "prism/reduce.cuh"

// A warp a node, a lane two of its children.
__device__ void probability_nodes(double* tree,  // [b, n]
                                  uint64_t begin, uint64_t count, uint32_t b, uint64_t n) {
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t nodes = (count + 63) / 64, warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint64_t row = warp / nodes, node = warp % nodes, child = node * 64 + 2 * lane;
    if (row >= b) return;
    double* const level = tree + row * n + begin;
    const double first = child < count ? level[child] : 0, second = child + 1 < count ? level[child + 1] : 0;
    const double sum = prism::warp_sum(first + second);
    if (lane == 0) level[count + node] = sum;
}
