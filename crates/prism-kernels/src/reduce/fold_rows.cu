#include "prism/fold.cuh"
#include "prism/rows.cuh"
#include "prism/span.cuh"

namespace prism {

// Packs of V elements loaded together, as many as pay: registers that they take are threads that a multiprocessor
// lacks.
template <int HOW, int V>
constexpr int packs_of_row() {
    if (HOW == LOG_SUM_EXP) return V == 4 ? 8 : 4;
    if (is_extreme(HOW)) return V == 8 ? 8 : 4;
    return V == 2 ? 2 : 4;
}

}  // namespace prism

// A thread, a few, a warp or a block a row or part.
template <typename T, int HOW>
__device__ void fold_rows(const T* x,      // [r, n]
                          T* y,            // [r]
                          int64_t* index,  // [r]
                          double* states,  // [r, parts, 2]
                          uint32_t how, uint32_t parts, uint32_t ends, uint64_t r, uint64_t n) {
    using Fold = prism::Fold<T, HOW>;
    using W = prism::computed<T>;
    constexpr int V = prism::Packed<T>::COUNT, U = prism::packs_of_row<HOW, V>();
    const prism::RowPart part(r, n, parts, prism::lanes_of_spans);
    const T* const from = x + part.row * n + part.begin;
    prism::State state = Fold::none();
    const auto one = [&](uint64_t i) {
        const W alone[1] = {W(prism::widen(from[i]))};
        Fold::template meet<1>(state, alone, part.begin + i, 0);
    };
    const auto several = [&](uint64_t i, uint64_t jump, auto packs) {
        constexpr int COUNT = decltype(packs)::value;
        uint4 held[COUNT];
#pragma unroll
        for (int u = 0; u < COUNT; ++u) held[u] = *reinterpret_cast<const uint4*>(from + i + u * jump);
        prism::meet_packs<T, HOW>(state, held, part.begin + i, jump);
    };
    prism::Span<T>(from, part.end - part.begin).template each<U>(part.lane, part.group, one, several);
    state = prism::joined_by_group<Fold>(state, part.group);
    if (part.writes()) prism::put<HOW, Fold>(state, n, part.item, ends, y, index, states);
}
