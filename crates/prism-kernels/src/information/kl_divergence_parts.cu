#include "prism/divergence.cuh"
#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part; the second reading, where rows are normalised, comes from the
// caches.
template <typename T>
__device__ void kl_divergence_parts(const T* p,        // [r, n]
                                    const T* q,        // [r, n]
                                    const T* p_total,  // [g]
                                    const T* q_total,  // [g]
                                    T* divergence,     // [r * parts]
                                    double base, uint32_t normalize_input, uint32_t q_is_log, uint32_t parts,
                                    uint32_t r, uint32_t n, uint32_t g) {
    using Pair = prism::Two<T>;
    __shared__ double of_block[2];
    const prism::RowPart part(r, n, parts);
    const T *row_p = p + part.row * n, *row_q = q + part.row * n;
    const auto load = [&](uint64_t i) { return Pair{row_p[i], row_q[i]}; };

    double total_p = 1, total_q = 1;
    if (normalize_input && g > 0) {
        total_p = part.row < r ? double(p_total[part.row]) : 1;
        total_q = part.row < r && !q_is_log ? double(q_total[part.row]) : 1;
    } else if (normalize_input) {
        double sum_p = 0, sum_q = 0;
        part.each(load, [&](Pair x) {
            sum_p += double(x.a);
            sum_q += double(x.b);
        });
        total_p = part.sum_of_all(sum_p, of_block);
        total_q = q_is_log ? 1 : part.sum_of_all(sum_q, of_block + 1);
    }
    double mine = total_p == 0 || total_q == 0 ? nan("") : 0;
    if (q_is_log) {
        part.each<2>(load, [&](Pair x) { mine += prism::relative_entropy_of_log(double(x.a) / total_p, double(x.b)); });
    } else if (normalize_input) {
        part.each<2>(load,
                     [&](Pair x) { mine += prism::relative_entropy(double(x.a) / total_p, double(x.b) / total_q); });
    } else {
        part.each(load, [&](Pair x) { mine += double(prism::relative_entropy(x.a, x.b)); });
    }
    const double sum = part.sum(mine);
    if (part.writes()) divergence[part.item] = T(sum / log(base));
}
