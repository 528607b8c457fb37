#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void row_sum(const T* x,  // [r, n]
                        T* sums,     // [r * parts]
                        uint32_t parts, uint32_t r, uint32_t n) {
    const prism::RowPart part(r, n, parts);
    const T* row = x + part.row * n;
    double mine = 0;
    part.each<8>([&](uint64_t i) { return row[i]; }, [&](T x) { mine += double(x); });
    const double sum = part.sum(mine);
    if (part.writes()) sums[part.item] = T(sum);
}
