#include "prism/cells.cuh"

// A group of lanes a row, by its length.
template <typename T>
__device__ void shannon_entropy_rows(const T* p,  // [r, n]
                                     T* entropy,  // [r]
                                     double base, uint32_t normalize_input, uint32_t r, uint32_t n) {
    const prism::Unit unit(base, false);
    for (prism::RowPacks<T> packs(r, n, 1); packs.more(); packs.advance()) {
        const auto all = prism::packs_entropy<false, T>(p + packs.row * n, n, packs);
        __syncthreads();  // for the unit: the loads are long on their way
        if (packs.writes()) entropy[packs.row] = T(all.nats(normalize_input) * unit.per_nat());
    }
}
