#include "prism/activation.cuh"
#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part; x comes from the caches.
template <typename T>
__device__ void gemv_rows(const T* a,  // [g, m, n]
                          const T* x,  // [h, n]
                          const T* y,  // [e, m]
                          T* out,      // [b, m, parts]
                          double alpha, double beta, uint32_t activation, uint32_t g, uint32_t m, uint32_t n,
                          uint32_t h, uint32_t e, uint32_t b, uint32_t parts) {
    using Pair = prism::Two<T>;
    const prism::RowPart part(uint64_t(b) * m, n, parts);
    const uint64_t batch = part.row / m, i = part.row % m;
    const T *row = a + ((g > 1 ? batch : 0) * m + i) * n, *vector = x + (h > 1 ? batch : 0) * n;
    double mine = 0;
    part.each([&](uint64_t j) { return Pair{row[j], vector[j]}; }, [&](Pair p) { mine += double(p.a) * double(p.b); });
    const double sum = part.sum(mine);
    if (!part.writes()) return;
    const double shifted = alpha * sum + (e > 0 ? beta * double(y[(e > 1 ? batch : 0) * m + i]) : 0.0);
    out[part.item] = T(parts > 1 ? sum : prism::Activation<double>::of(shifted, activation));
}
