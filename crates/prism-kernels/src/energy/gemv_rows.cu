#include "prism/activation.cuh"
#include "prism/row_packs.cuh"

// A group of lanes a row or part; x comes from the caches.
template <typename T>
__device__ void gemv_rows(const T* a,  // [g, m, n]
                          const T* x,  // [h, n]
                          const T* y,  // [e, m]
                          T* out,      // [b, m, parts]
                          double alpha, double beta, uint32_t activation, uint32_t g, uint32_t m, uint32_t n,
                          uint32_t h, uint32_t e, uint32_t b, uint32_t parts) {
    for (prism::RowPacks<T> packs(uint64_t(b) * m, n, parts); packs.more(); packs.advance()) {
        const uint64_t batch = prism::quotient(packs.row, m), i = packs.row - batch * m;
        const T *row = a + (g > 1 ? packs.row : i) * n, *vector = x + (h > 1 ? batch : 0) * n;
        double mine = 0;
        packs.template each<4>(
            [&](uint32_t j, auto width) {
                using Some = prism::Neighbours<T, width>;
                return prism::Two<Some>{Some::of(row + j), Some::of(vector + j)};
            },
            [&](const auto& p) {
                T some = 0;
#pragma unroll
                for (int k = 0; k < p.a.COUNT; ++k) some = fma(p.a.at[k], p.b.at[k], some);
                mine += double(some);
            });
        const double sum = packs.sum(mine);
        if (!packs.writes()) continue;
        const double shifted = alpha * sum + (e > 0 ? beta * double(y[e > 1 ? packs.row : i]) : 0.0);
        out[packs.item()] = T(parts > 1 ? sum : prism::Activation<double>::of(shifted, activation));
    }
}
