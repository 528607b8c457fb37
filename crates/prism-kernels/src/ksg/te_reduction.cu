#include "prism/ksg/counts.cuh"

template <typename T, int DT, int DZ, int DS, int GROUP, int R>
__device__ void fused_te_reduction(const float* near_target,  // [g, dt, row_length(n)]
                                   const T* target,           // [g, dt, n]
                                   const float* near_source,  // [p, ds, row_length(n)]
                                   const T* source,           // [p, ds, n]
                                   const int32_t* clock,      // [g, n]
                                   const uint32_t* rows,      // [g]
                                   const float* edges,        // [g, e]
                                   const uint32_t* which,     // [p]
                                   const T* radius,           // [p, r, n]
                                   const int64_t* marginal,   // [n + 1]
                                   const int64_t* condition,  // [n + 1]
                                   uint32_t* counts,          // [p, 3, n]
                                   int64_t* sums,             // [p]
                                   uint32_t theiler, uint32_t group, uint32_t strip, uint32_t dz, float slack,
                                   float scale, uint32_t g, uint32_t dt, uint32_t n, uint32_t p, uint32_t ds,
                                   uint32_t e, uint32_t r) {
    constexpr int Q = GROUP ? GROUP : 1;
    const prism::Share share(n, group);
    if (share.problem >= p) return;
    const uint32_t of = which[share.problem], points = rows[of];
    const uint32_t width = DT ? DT : dt, span = DS ? DS : ds, given = DT ? DZ : dz;
    const auto near = prism::points_of(near_target, near_source, of, share.problem, width, span, prism::row_length(n));
    const auto exact = prism::points_of(target, source, of, share.problem, width, span, n);
    const prism::Strips strips{edges + size_t(of) * e, near.row(0), near.row(0), strip, points};
    uint32_t* const out = counts + size_t(share.problem) * 3 * n;

    int64_t sum = 0;
    for (uint32_t first = share.first; first < min(share.first + group, n); first += Q) {
        const uint32_t count = first < points ? min(uint32_t(Q), points - first) : 0;
        prism::Counts<T, DT, DZ, DS, Q, R> counts_of{near,
                                                     exact,
                                                     clock + size_t(of) * n,
                                                     radius + size_t(share.problem) * r * n + first,
                                                     points,
                                                     first,
                                                     count,
                                                     theiler,
                                                     width,
                                                     given,
                                                     span,
                                                     n,
                                                     r,
                                                     slack,
                                                     scale};
        if (count > 0) {
            counts_of.start();
            uint32_t from = first / strip, to = from;
            const prism::Extent extent(strips, first, first + count - 1);
            const float reach = counts_of.reach();
            prism::StripWalk walk(strips, extent, from);
            for (uint32_t at; walk.next(at, reach);) from = min(from, at), to = max(to, at);
            if (theiler)
                counts_of.template visit<true>(from * strip, strips.end(to));
            else
                counts_of.template visit<false>(from * strip, strips.end(to));
        }
#pragma unroll
        for (int q = 0; q < Q; ++q) sum += counts_of.report(q, out, n, marginal, condition);
    }
    if (sum != 0) {
        atomicAdd(reinterpret_cast<unsigned long long*>(sums + share.problem), static_cast<unsigned long long>(sum));
    }
}
