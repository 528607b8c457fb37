#include "prism/rows.cuh"

// A thread, a few, a warp or a block, or a block a part.
template <typename T>
__device__ void weighted_sum(const T* values,   // [n]
                             const T* weights,  // [w]
                             T* sums,           // [parts]
                             uint32_t n, uint32_t w, uint32_t parts) {
    using Pair = prism::Two<T>;
    const prism::RowPart part(1, n, parts);
    double mine = 0;
    part.each([&](uint64_t i) { return Pair{values[i], w > 0 ? weights[i] : T(1)}; },
              [&](Pair x) { mine += double(x.a) * double(x.b); });
    const double sum = part.sum(mine);
    if (part.writes()) sums[part.item] = T(sum);
}
