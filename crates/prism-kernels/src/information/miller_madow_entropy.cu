#include "prism/cells.cuh"

// A group of lanes a row, by its length.
template <typename T>
__device__ void miller_madow_entropy(const T* counts,  // [r, n]
                                     double* entropy,  // [r]
                                     double base, uint32_t r, uint32_t n) {
    const prism::Unit unit(base);
    for (prism::RowPacks<T> packs(r, n, 1); packs.more(); packs.advance()) {
        const auto all = prism::packs_entropy<true, double>(counts + packs.row * n, n, packs);
        const double correction = (double(all.filled) - 1) / (2 * all.total);
        if (packs.writes()) entropy[packs.row] = (all.nats(true) + correction) * unit.per_nat();
    }
}
