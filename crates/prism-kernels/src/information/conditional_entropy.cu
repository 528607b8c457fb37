#include "prism/joint.cuh"
#include "prism/share.cuh"

// A group of lanes or a block a table, by its size; all readings but the first come from the caches.
template <typename T>
__device__ void conditional_entropy(const T* joint,   // [r, a, b]
                                    double* entropy,  // [r]
                                    double base, uint32_t normalize_input, uint32_t r, uint32_t a, uint32_t b) {
    const prism::Unit unit(base);
    for (prism::Tables<T> tables(joint, r, a, b); tables.packs.more(); tables.packs.advance()) {
        const double total = tables.total();
        const auto xy = tables.both(total), x = tables.x(total);
        const auto& packs = tables.packs;
        // H(X, Y) − H(X), each −Σ/N or, not normalised, −Σ − N·ln N.
        const double nats = packs.sum(x.whole(packs) - xy.whole(packs));
        if (!packs.writes()) continue;
        entropy[packs.row] = total > 0 ? (normalize_input ? nats / total : nats) * unit.per_nat() : nan("");
    }
}
