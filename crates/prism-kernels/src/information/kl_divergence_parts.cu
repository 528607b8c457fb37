#include "prism/divergence.cuh"
#include "prism/row_packs.cuh"
#include "prism/share.cuh"

namespace prism {

// Σ p·ln(p/q) of a few neighbours. Where every q is ordinary but beside a p of 0, and every p but those that are 0, no
// term needs a case of its own.
template <typename T, int N>
__device__ T divergence_of(const T (&p)[N], T (&q)[N]) {
    if (N == 1) return relative_entropy(p[0], q[0]);
    uint32_t least = ~0u, most = 0;
#pragma unroll
    for (int k = 0; k < N; ++k) {
        q[k] = p[k] == 0 && q[k] == 0 ? T(1) : q[k];
        const uint32_t of_p = top_word(p[k]), of_q = top_word(q[k]);
        least = min(least, min(p[k] == 0 ? of_q : of_p, of_q));
        most = max(most, max(of_p, of_q));
    }
    T sum = 0;
    if (is_ordinary(with_top_word(T(0), least)) && is_ordinary(with_top_word(T(0), most))) {
#pragma unroll
        for (int k = 0; k < N; ++k) sum += p[k] * ordinary_log_ratio(p[k], q[k]);
    } else {
#pragma unroll
        for (int k = 0; k < N; ++k) sum += relative_entropy(p[k], q[k]);
    }
    return sum;
}

// The divergence of a row or part in nats, by a group of lanes; right on the lane that writes.
template <typename T, bool IS_LOG>
struct Divergence {
    const T *p, *q;  // [n]
    const RowPacks<T>& packs;

    // Calls `add` with packs of both rows.
    template <typename Add>
    __device__ void each(Add add) const {
        packs.template each<2>(
            [&](uint32_t i, auto width) {
                using Some = Neighbours<T, width>;
                return Two<Some>{Some::of(p + i), Some::of(q + i)};
            },
            add);
    }

    // Of the terms of a pack.
    template <typename Pair>
    static __device__ double of(Pair& x) {
        if constexpr (!IS_LOG) return double(divergence_of(x.a.at, x.b.at));
        T some = 0;
#pragma unroll
        for (int k = 0; k < x.a.COUNT; ++k) some += relative_entropy_of_log(x.a.at[k], x.b.at[k]);
        return double(some);
    }

    // Of the shares of given totals.
    __device__ double of_shares(double total_p, double total_q) const {
        const Share<T> of_p(total_p), of_q(total_q);
        double mine = 0;
        each([&](auto x) {
#pragma unroll
            for (int k = 0; k < x.a.COUNT; ++k) {
                x.a.at[k] = of_p(x.a.at[k]);
                if (!IS_LOG) x.b.at[k] = of_q(x.b.at[k]);
            }
            mine += of(x);
        });
        return packs.sum(mine);
    }

    // Of the rows as they are or, with totals N and M given or still to be found, of their shares. To find them takes
    // one reading, which gives Σ p·ln(p/q)/N + ln(M/N) beside. The roundings of its terms grow with |ln(M/N)|: where
    // that is more than 1 + log₂ n, as which a sum's may grow, a second reading takes the shares.
    __device__ double nats(bool normalize, bool is_given, double total_p, double total_q) const {
        double sum = 0;
        bool is_found = false;
        if (!is_given && (normalize || !IS_LOG)) {
            double found_p = 0, found_q = 0;
            each([&](auto x) {
#pragma unroll
                for (int k = 0; k < x.a.COUNT; ++k) found_p += double(x.a.at[k]), found_q += double(x.b.at[k]);
                if (!IS_LOG) sum += of(x);
            });
            sum = packs.sum(sum);
            if (!normalize) return sum;
            total_p = packs.sum_of_all(found_p);
            if (!IS_LOG) {
                total_q = packs.sum_of_all(found_q);
                const double moved = log_ratio(total_q, total_p);
                is_found = fabs(moved) < 32 - __clz(packs.end - packs.begin) && into_range<T>(total_p) == 1;
                sum = sum / total_p + moved;
            }
        }
        const bool is_zero = total_p == 0 || total_q == 0;
        if (packs.any(!is_found && !is_zero)) {
            const double again = of_shares(total_p, total_q);
            sum = is_found ? sum : again;
        }
        return is_zero ? nan("") : sum;
    }
};

}  // namespace prism

// A group of lanes a row or part.
template <typename T>
__device__ void kl_divergence_parts(const T* p,        // [r, n]
                                    const T* q,        // [r, n]
                                    const T* p_total,  // [g]
                                    const T* q_total,  // [g]
                                    T* divergence,     // [r * parts]
                                    double base, uint32_t normalize_input, uint32_t q_is_log, uint32_t parts,
                                    uint32_t r, uint32_t n, uint32_t g) {
    const prism::Unit unit(base);
    const bool is_given = normalize_input && g > 0;
    for (prism::RowPacks<T> packs(r, n, parts); packs.more(); packs.advance()) {
        const T *row_p = p + packs.row * n, *row_q = q + packs.row * n;
        const bool has_totals = is_given && packs.row < r;
        const double total_p = has_totals ? double(p_total[packs.row]) : 1;
        const double total_q = has_totals && !q_is_log ? double(q_total[packs.row]) : 1;
        const auto nats = [&](const auto& rows) { return rows.nats(normalize_input, is_given, total_p, total_q); };
        const double all = q_is_log ? nats(prism::Divergence<T, true>{row_p, row_q, packs})
                                    : nats(prism::Divergence<T, false>{row_p, row_q, packs});
        if (packs.writes()) divergence[packs.item()] = T(all * unit.per_nat());
    }
}
