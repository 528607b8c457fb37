#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part; q comes from the caches where k is large.
template <typename T>
__device__ void expectation(const T* q,       // [b, s]
                            const T* values,  // [b, k, s]
                            T* expected,      // [b * k * parts]
                            uint32_t parts, uint32_t b, uint32_t s, uint32_t k) {
    using Pair = prism::Two<T>;
    const prism::RowPart part(uint64_t(b) * k, s, parts);
    const T *weights = q + part.row / k * s, *row = values + part.row * s;
    double mine = 0;
    part.each([&](uint64_t i) { return Pair{weights[i], row[i]}; },
              [&](Pair x) { mine += x.a == 0 ? 0 : double(x.a) * double(x.b); });
    const double sum = part.sum(mine);
    if (part.writes()) expected[part.item] = T(sum);
}
