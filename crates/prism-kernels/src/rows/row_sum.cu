#include "prism/rows.cuh"
#include "prism/span.cuh"

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void row_sum(const T* x,  // [r, n]
                        T* sums,     // [r * parts]
                        uint32_t parts, uint32_t r, uint32_t n) {
    const prism::RowPart part(r, n, parts, prism::lanes_of_spans);
    const T* const from = x + part.row * n + part.begin;
    double mine = 0;
    const auto several = [&](uint64_t i, uint64_t jump, auto packs) {
        const prism::Run<T, decltype(packs)::value> run(from + i, jump);
        for (const auto x : run.x) mine += double(x);
    };
    prism::Span<T>(from, part.end - part.begin)
        .template each<4>(part.lane, part.group, [&](uint64_t i) { mine += double(from[i]); }, several);
    const double sum = part.sum(mine);
    if (part.writes()) sums[part.item] = T(sum);
}
