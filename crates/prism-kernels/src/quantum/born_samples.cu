#include "prism/born.cuh"

namespace prism {

// Where a draw has come to: the node of a level, and the sum of all that lies left of it.
struct Descent {
    uint64_t node;
    double left, bound;

    // To the child, of 64 at most, in which the sum passes the bound, or else to the last that adds to it.
    template <typename F>
    __device__ void choose(uint64_t count, F share) {
        const uint64_t first = node * 64, end = min(first + 64, count);
        double sum = left;
        node = first;
        for (uint64_t i = first; i < end; ++i) {
            const double more = share(i);
            if (more > 0) {
                node = i;
                left = sum;
            }
            sum = __dadd_rn(sum, more);
            if (sum > bound) return;
        }
    }
};

}  // namespace prism

// A thread a shot.
template <typename T>
__device__ void born_samples(const T* state,      // [b, s]
                             const double* tree,  // [b, nodes]
                             uint64_t* samples,   // [b, shots]
                             uint32_t* fault,     // [1]
                             uint64_t seed, uint64_t stream, uint32_t b, uint64_t s, uint64_t shots) {
    const uint64_t draw = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (draw >= b * shots) return;
    uint64_t count = (s + 63) / 64, nodes = count;
    uint32_t shift = 6;
    for (; count > 1; shift += 6) nodes += count = (count + 63) / 64;
    const uint64_t row = draw / shots;
    tree += row * nodes;
    state += row * s;
    const double total = tree[nodes - 1];
    if (!(total > 0 && isfinite(total))) {
        atomicMax(fault, 1u);
        samples[draw] = 0;
        return;
    }
    prism::Descent at{0, 0, __dmul_rn(prism::uniform({seed, stream}, draw), total)};
    const double* level = tree + nodes - 1;
    while (shift > 6) {
        shift -= 6;
        count = (s + (uint64_t(1) << shift) - 1) >> shift;
        level -= count;
        at.choose(count, [=](uint64_t i) { return level[i]; });
    }
    at.choose(s, [=](uint64_t i) { return prism::probability(state[i]); });
    samples[draw] = at.node;
}
