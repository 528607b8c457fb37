#include "prism/ksg/nearest.cuh"

template <typename T, int DT, int DS, int GROUP, int R>
__device__ void fused_distance_kth(const float* near_target,  // [g, dt, row_length(n)]
                                   const T* target,           // [g, dt, n]
                                   const float* near_source,  // [p, ds, row_length(n)]
                                   const T* source,           // [p, ds, n]
                                   const int32_t* clock,      // [g, n]
                                   const uint32_t* rows,      // [g]
                                   const float* edges,        // [g, e]
                                   const uint32_t* which,     // [p]
                                   T* radius,                 // [p, r, n]
                                   uint32_t k, uint32_t theiler, uint32_t group, uint32_t strip, uint32_t dz,
                                   float slack, float scale, uint32_t g, uint32_t dt, uint32_t n, uint32_t p,
                                   uint32_t ds, uint32_t e, uint32_t r) {
    constexpr int Q = GROUP ? GROUP : 1;
    using Nearest = prism::Nearest<T, DT + DS, Q, R != 1>;
    __shared__ typename Nearest::List::Kept lists[4][Q];
    const prism::Share share(n, group);
    if (share.problem >= p) return;
    const uint32_t of = which[share.problem], points = rows[of];
    const uint32_t width = DT ? DT : dt, span = DS ? DS : ds, lane = threadIdx.x % 32;
    const auto near = prism::points_of(near_target, near_source, of, share.problem, width, span, prism::row_length(n));
    const auto exact = prism::points_of(target, source, of, share.problem, width, span, n);
    const prism::Strips strips{edges + size_t(of) * e, near.row(0), near.row(width > 1), strip, points};
    T* const out = radius + size_t(share.problem) * r * n;

    for (uint32_t first = share.first; first < min(share.first + group, n); first += Q) {
        const uint32_t count = first < points ? min(uint32_t(Q), points - first) : 0;
        Nearest search{near,
                       exact,
                       clock + size_t(of) * n,
                       lists[threadIdx.x / 32],
                       points,
                       first,
                       count,
                       k,
                       theiler,
                       width + span,
                       slack,
                       scale};
        if (count > 0) {
            const prism::Extent extent(strips, first, first + count - 1);
            const uint32_t home = first / strip, own = first / 32 * 32;
            search.start();
            const uint32_t from = max(home * strip + 32, own) - 32, to = min(own + 96, strips.end(home));
            search.template bound<true>(from, to);
            prism::StripWalk walk(strips, extent, home);
            for (uint32_t at; walk.next(at, search.reach());) {
                const prism::Tiles tiles(strips, at, extent, search.reach());
                search.visit(tiles.first, min(tiles.last + 32, strips.end(at)));
            }
        }
        for (int q = 0; q < Q && first + q < n; ++q) {
            const bool known = q < count;
            if (R != 1 && r == 3) {
                const T blocks[3] = {known ? prism::next_above(search.largest(q, width, width + span)) : T(0),
                                     known ? prism::next_above(search.largest(q, dz, width)) : T(0),
                                     known ? prism::next_above(search.largest(q, 0, dz)) : T(0)};
                if (lane < 3)
                    out[size_t(lane) * n + first + q] = lane == 0 ? blocks[0] : lane == 1 ? blocks[1] : blocks[2];
            } else if (lane == 0) {
                out[first + q] = known ? search.kth(q) : T(0);
            }
        }
        __syncwarp();
    }
}
