#include "prism/joint.cuh"
#include "prism/share.cuh"

// A group of lanes or a block a table, by its size; all readings but the first come from the caches.
template <typename T>
__device__ void mutual_information(const T* joint,       // [r, a, b]
                                   double* information,  // [r]
                                   double base, uint32_t normalize_input, uint32_t correction, uint32_t r, uint32_t a,
                                   uint32_t b) {
    const prism::Unit unit(base);
    for (prism::Tables<T> tables(joint, r, a, b); tables.packs.more(); tables.packs.advance()) {
        const double total = tables.total();
        const auto xy = tables.both(total), x = tables.x(total), y = tables.y(total);
        const auto& packs = tables.packs;
        // H(X) + H(Y) − H(X, Y) = −Σ(margins) + Σ(cells), each entropy −Σ/N or, not normalised, −Σ − N·ln N.
        double nats = packs.sum(xy.whole(packs) - x.whole(packs) - y.whole(packs));
        const double filled = correction ? packs.sum(double(x.filled) + double(y.filled) - double(xy.filled)) : 0;
        if (!packs.writes()) continue;
        nats = normalize_input ? nats / total : nats - total * log(total);
        if (correction) nats += (filled - 1) / (2 * total);
        information[packs.row] = total > 0 ? nats * unit.per_nat() : nan("");
    }
}
