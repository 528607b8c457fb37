#include "prism/row_packs.cuh"

// A group of lanes a row or part; q comes from the caches where k is large.
template <typename T>
__device__ void expectation(const T* q,       // [b, s]
                            const T* values,  // [b, k, s]
                            T* expected,      // [b * k * parts]
                            uint32_t parts, uint32_t b, uint32_t s, uint32_t k) {
    for (prism::RowPacks<T> packs(uint64_t(b) * k, s, parts); packs.more(); packs.advance()) {
        const T *weights = q + prism::quotient(packs.row, k) * s, *row = values + packs.row * s;
        double mine = 0;
        packs.template each<2>(
            [&](uint32_t i, auto width) {
                using Some = prism::Neighbours<T, width>;
                return prism::Two<Some>{Some::of(weights + i), Some::of(row + i)};
            },
            [&](const auto& x) {
                T some = 0;
#pragma unroll
                for (int j = 0; j < x.a.COUNT; ++j) some += x.a.at[j] == 0 ? T(0) : x.a.at[j] * x.b.at[j];
                mine += double(some);
            });
        const double sum = packs.sum(mine);
        if (packs.writes()) expected[packs.item()] = T(sum);
    }
}
