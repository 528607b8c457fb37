#include "prism/divergence.cuh"
#include "prism/row_packs.cuh"

// A group of lanes a row or part.
template <typename T>
__device__ void categorical_terms(const T* q,       // [b, s]
                                  const T* prior,   // [b, s]
                                  const T* loglik,  // [l, s]
                                  T* complexity,    // [b, w]
                                  T* accuracy,      // [l * parts]
                                  double log_floor, uint32_t first, uint32_t parts, uint32_t b, uint32_t s, uint32_t l,
                                  uint32_t w) {
    const T floor = T(log_floor);
    const auto floored = [&](T x) { return x < floor ? floor : x; };
    for (prism::RowPacks<T> packs(b, s, parts); packs.more(); packs.advance()) {
        const uint64_t start = packs.row * s;
        double cost = 0, gain = 0;
        packs.template each<2>(
            [&](uint32_t i, auto width) {
                using Some = prism::Neighbours<T, width>;
                const auto likely = l > 0 ? Some::of(loglik + start + i) : Some::all(0);
                return prism::Three<Some>{Some::of(q + start + i), Some::of(prior + start + i), likely};
            },
            [&](const auto& x) {
                T more_cost = 0, more_gain = 0;
#pragma unroll
                for (int k = 0; k < x.a.COUNT; ++k) {
                    const T belief = x.a.at[k], term = belief * prism::log_ratio(floored(belief), floored(x.b.at[k]));
                    more_cost += belief == 0 ? T(0) : term;
                    more_gain += belief == 0 ? T(0) : belief * x.c.at[k];
                }
                cost += double(more_cost);
                gain += double(more_gain);
            });
        cost = packs.sum(cost);
        gain = packs.sum(gain);
        if (!packs.writes()) continue;
        complexity[packs.row * w + first + (packs.item() - packs.row * parts)] = T(cost);
        if (l > 0) accuracy[packs.item()] = T(gain);
    }
}
