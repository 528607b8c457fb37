#include "prism/divergence.cuh"
#include "prism/row_packs.cuh"
#include "prism/share.cuh"

namespace prism {

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

    // Of the shares of given totals.
    __device__ double of_shares(double total_p, double total_q) const {
        const Share<T> of_p(total_p), of_q(total_q);
        double mine = 0;
        each([&](const auto& x) {
            T some = 0;
#pragma unroll
            for (int k = 0; k < x.a.COUNT; ++k)
                some += IS_LOG ? relative_entropy_of_log(of_p(x.a.at[k]), x.b.at[k])
                               : relative_entropy(of_p(x.a.at[k]), of_q(x.b.at[k]));
            mine += double(some);
        });
        return packs.sum(mine);
    }

    // Of the rows as they are or, with totals N and M given or still to be found, of their shares. To find them takes
    // one reading, which gives Σ p·ln(p/q)/N + ln(M/N) beside; where the totals differ by more than a factor, the two
    // could cancel, and a second reading takes the shares.
    __device__ double nats(bool normalize, bool is_given, double total_p, double total_q) const {
        double sum = 0;
        bool is_found = false;
        if (!is_given && (normalize || !IS_LOG)) {
            double found_p = 0, found_q = 0;
            each([&](const auto& x) {
                T some = 0;
#pragma unroll
                for (int k = 0; k < x.a.COUNT; ++k) {
                    if (!IS_LOG) some += relative_entropy(x.a.at[k], x.b.at[k]);
                    found_p += double(x.a.at[k]);
                    found_q += double(x.b.at[k]);
                }
                sum += double(some);
            });
            sum = packs.sum(sum);
            if (!normalize) return sum;
            total_p = packs.sum_of_all(found_p);
            if (!IS_LOG) {
                total_q = packs.sum_of_all(found_q);
                is_found = 4 * total_q > total_p && 4 * total_p > total_q && into_range<T>(total_p) == 1;
                sum = sum / total_p + log_ratio(total_q, total_p);
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
