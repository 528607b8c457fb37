#include "prism/ksg.cuh"
#include "prism/topk.cuh"

// The search of Q neighbouring queries by one warp: a lane takes a candidate, all queries are held against it.
// Distances are first taken between the `near` copies; only a candidate they cannot exclude is measured exactly.
template <typename T, int D, int Q, bool BLOCKS> struct Search {
    static constexpr bool EXACT_IS_NEAR = sizeof(T) == sizeof(float);

    const prism::Points<float>& near;
    const prism::Points<T>& exact;
    const int32_t* clock;
    uint32_t points, first, count, k, theiler, d;
    float slack, scale;

    float query[Q][D ? D : 1];
    float limit[Q];  // a near distance above it excludes
    T kth[Q];
    prism::TopK<T, BLOCKS> nearest[Q];

    __device__ void start() {
#pragma unroll
        for (int q = 0; q < Q; ++q) {
#pragma unroll
            for (int c = 0; c < D; ++c) query[q][c] = near.at(c, first + min(uint32_t(q), count - 1));
            kth[q] = prism::infinity<T>();
            limit[q] = q < count ? prism::infinity<float>() : -1.0f;
        }
    }

    // Bounds the search before it begins: of the tiles [from, to), the k-th smallest of the lanes' least distances.
    __device__ void bound(uint32_t from, uint32_t to) {
        if (k > 32) return;
        float least[Q];
#pragma unroll
        for (int q = 0; q < Q; ++q) least[q] = prism::infinity<float>();
        for (uint32_t tile = from; tile < to; tile += 32) {
            const uint32_t j = tile + threadIdx.x % 32;
            float distance[Q];
            near_distances(j, distance);
#pragma unroll
            for (int q = 0; q < Q; ++q) {
                if (j < points && apart(q, j)) least[q] = min(least[q], distance[q]);
            }
        }
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const float kth_near = prism::kth_smallest(least[q], k);
            limit[q] = min(limit[q], EXACT_IS_NEAR ? kth_near : __fadd_ru(kth_near, 2 * slack));
        }
    }

    __device__ bool apart(int q, uint32_t j) const {
        const uint32_t i = first + min(uint32_t(q), count - 1);
        return theiler ? uint32_t(abs(clock[j] - clock[i])) > theiler : j != i;
    }

    __device__ float reach() const {
        float most = limit[0];
#pragma unroll
        for (int q = 1; q < Q; ++q) most = max(most, limit[q]);
        return most;
    }

    __device__ void visit(uint32_t tile) {
        const uint32_t j = tile + threadIdx.x % 32;
        float distance[Q];
        near_distances(j, distance);
        bool hit = false;
#pragma unroll
        for (int q = 0; q < Q; ++q) hit |= distance[q] <= limit[q];
        if (!__any_sync(prism::FULL, hit)) return;
#pragma unroll
        for (int q = 0; q < Q; ++q) consider(q, j, distance[q] <= limit[q]);
    }

    __device__ void near_distances(uint32_t j, float (&distance)[Q]) const {
        const bool inside = j < points;
#pragma unroll
        for (int q = 0; q < Q; ++q) distance[q] = inside ? 0.0f : prism::infinity<float>();
        if constexpr (D > 0) {
#pragma unroll
            for (int c = 0; c < D; ++c) {
                const float candidate = inside ? near.at(c, j) : 0.0f;
#pragma unroll
                for (int q = 0; q < Q; ++q) distance[q] = max(distance[q], abs(candidate - query[q][c]));
            }
        } else if (inside) {
            for (uint32_t c = 0; c < d; ++c) distance[0] = max(distance[0], abs(near.at(c, j) - near.at(c, first)));
        }
    }

    __device__ void consider(int q, uint32_t j, bool hit) {
        if (!__any_sync(prism::FULL, hit)) return;
        T distance = prism::infinity<T>();
        const int32_t rank = BLOCKS && j < points ? clock[j] : 0;
        if (hit && j < points && apart(q, j)) distance = exact.distance(0, d, first + q, j);
        unsigned hits = __ballot_sync(prism::FULL, closer(q, distance));
        if (!hits) return;
        while (hits) {
            const int lane = __ffs(hits) - 1;
            const T value = __shfl_sync(prism::FULL, distance, lane);
            const int32_t of = BLOCKS ? __shfl_sync(prism::FULL, rank, lane) : 0;
            nearest[q].insert(value, of, j - threadIdx.x % 32 + lane, k);
            kth[q] = nearest[q].kth(k);
            hits = (hits & (hits - 1)) & __ballot_sync(prism::FULL, closer(q, distance));
        }
        if constexpr (EXACT_IS_NEAR) {
            limit[q] = min(limit[q], float(kth[q]));
        } else {
            limit[q] = min(limit[q], __fadd_ru(__double2float_ru(kth[q] * scale), slack));
        }
    }

    // Among equal distances identity matters to algorithm 2, so it must also see those equal to the k-th.
    __device__ bool closer(int q, T distance) const {
        return BLOCKS ? distance <= kth[q] && distance < prism::infinity<T>() : distance < kth[q];
    }

    // The largest distance from query q to its k neighbours within rows [from, to).
    __device__ T largest(int q, uint32_t from, uint32_t to) const {
        if (kth[q] == prism::infinity<T>()) return kth[q];
        const uint32_t lane = threadIdx.x % 32;
        T most = 0;
        if (lane < k) most = exact.distance(from, to, first + q, nearest[q].low_place);
        if (lane + 32 < k) most = max(most, exact.distance(from, to, first + q, nearest[q].high_place));
        return prism::warp_max(most);
    }
};

__device__ inline float next_above(float x) { return nextafterf(x, prism::infinity<float>()); }
__device__ inline double next_above(double x) { return nextafter(x, prism::infinity<double>()); }

template <typename T, int DT, int DS, int GROUP, int R>
__device__ void fused_distance_kth(const float* near_target,  // [g, dt, n]
                                   const T* target,           // [g, dt, n]
                                   const float* near_source,  // [p, ds, n]
                                   const T* source,           // [p, ds, n]
                                   const int32_t* clock,      // [g, n]
                                   const uint32_t* rows,      // [g]
                                   const float* edges,        // [g, e]
                                   const uint32_t* which,     // [p]
                                   T* radius,                 // [p, r, n]
                                   uint32_t k, uint32_t theiler, uint32_t group, uint32_t strip, uint32_t dz, float slack,
                                   float scale, uint32_t g, uint32_t dt, uint32_t n, uint32_t p, uint32_t ds,
                                   uint32_t e, uint32_t r) {
    constexpr int Q = GROUP ? GROUP : 1;
    const prism::Share share(n, group);
    if (share.problem >= p) return;
    const uint32_t of = which[share.problem], points = rows[of];
    const uint32_t width = DT ? DT : dt, span = DS ? DS : ds;
    const prism::Points<float> near(near_target, near_source, of, share.problem, width, span, n);
    const prism::Points<T> exact(target, source, of, share.problem, width, span, n);
    const prism::Strips strips{edges + size_t(of) * e, near.target, near.target + (width > 1 ? n : 0), strip, points};
    T* const out = radius + size_t(share.problem) * r * n;

    for (uint32_t first = share.first; first < min(share.first + group, n); first += Q) {
        const uint32_t count = first < points ? min(uint32_t(Q), points - first) : 0;
        Search<T, DT + DS, Q, R == 0> search{near, exact, clock + size_t(of) * n, points, first, count, k, theiler,
                                             width + span, slack, scale};
        if (count > 0) {
            const prism::Extent extent(strips, first, first + count - 1);
            const uint32_t home = first / strip, tile = first / 32 * 32;
            const auto reach = [&] { return search.reach(); };
            const auto visit = [&](uint32_t tile) { search.visit(tile); };
            search.start();
            search.bound(max(home * strip + 32, tile) - 32, min(tile + 96, strips.end(home)));
            prism::outwards(
                strips, home, extent,
                [&](uint32_t at) {
                    const uint32_t start = at == home ? tile : prism::tile_of(strips, at, extent.inner_low);
                    prism::along(strips, at, start, extent, visit, reach);
                },
                reach);
        }
        const uint32_t lane = threadIdx.x % 32;
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const uint32_t i = first + q;
            if (R == 0 && r == 3) {
                const bool known = q < count;
                const T x = known ? next_above(search.largest(q, width, width + span)) : T(0);
                const T y = known ? next_above(search.largest(q, dz, width)) : T(0);
                const T z = known ? next_above(search.largest(q, 0, dz)) : T(0);
                if (lane == 0 && i < n) {
                    out[i] = x;
                    out[n + size_t(i)] = y;
                    out[2 * size_t(n) + i] = z;
                }
            } else if (lane == 0 && i < n) {
                out[i] = q < count ? search.kth[q] : T(0);
            }
        }
    }
}
