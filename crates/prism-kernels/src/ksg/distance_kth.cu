#include "prism/ksg.cuh"
#include "prism/topk.cuh"

// The search of Q neighbouring queries by one warp: a lane takes a candidate, all queries are held against it.
// Distances are first taken between the `near` copies; only a candidate they cannot exclude is measured exactly.
// What every candidate needs is in registers; the lists of the nearest, needed seldom, are in shared memory.
template <typename T, int D, int Q, bool BLOCKS>
struct Search {
    static constexpr bool EXACT_IS_NEAR = sizeof(T) == sizeof(float);
    static constexpr int U = D ? prism::tiles_at_once(Q) : 1;
    using Nearest = prism::TopK<T, BLOCKS>;

    const prism::Points<float>& near;
    const prism::Points<T>& exact;
    const int32_t* clock;
    typename Nearest::Kept* lists;  // [Q]
    uint32_t points, first, count, k, theiler, d;
    float slack, scale;

    float query[Q][D ? D : 1];
    float limit[Q];  // a near distance above it excludes

    __device__ void start() {
#pragma unroll
        for (int q = 0; q < Q; ++q) {
#pragma unroll
            for (int c = 0; c < D; ++c) query[q][c] = near.at(c, first + min(uint32_t(q), count - 1));
            limit[q] = q < count ? prism::infinity<float>() : -1.0f;
            Nearest().keep(lists[q], k);
        }
    }

    // Bounds the search before it begins: of the tiles [from, to), the k-th smallest of the lanes' least distances.
    __device__ void bound(uint32_t from, uint32_t to) {
        if (k > 32) return;
        float least[Q];
#pragma unroll
        for (int q = 0; q < Q; ++q) least[q] = prism::infinity<float>();
        prism::Candidates<D, U> candidates(near);
#pragma unroll 1
        for (uint32_t j = from + threadIdx.x % 32; j < to; j += 32 * U) {
            candidates.load(j, to);
#pragma unroll
            for (int u = 0; u < U; ++u) {
                const uint32_t at = j + 32 * u;
                float distance[Q];
                near_distances(at, candidates.value[u], distance);
#pragma unroll
                for (int q = 0; q < Q; ++q) {
                    const bool counts = at < to && apart(first + min(uint32_t(q), count - 1), at);
                    if (counts) least[q] = min(least[q], distance[q]);
                }
            }
        }
        __syncwarp();
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const float kth = prism::kth_smallest(least[q], k);
            limit[q] = min(limit[q], EXACT_IS_NEAR ? kth : __fadd_ru(kth, 2 * slack));
        }
    }

    __device__ bool apart(uint32_t i, uint32_t j) const {
        return theiler ? uint32_t(abs(clock[j] - clock[i])) > theiler : j != i;
    }

    __device__ float reach() const {
        float most = limit[0];
#pragma unroll
        for (int q = 1; q < Q; ++q) most = max(most, limit[q]);
        return most;
    }

    // Holds the points [from, to) against all queries.
    __device__ void visit(uint32_t from, uint32_t to) {
        prism::Candidates<D, U> candidates(near), next(near);
        candidates.load(from + threadIdx.x % 32, to);
#pragma unroll 1
        for (uint32_t tile = from; tile < to; tile += 32 * U) {
            const uint32_t j = tile + threadIdx.x % 32;
            if (U == 1) next.load(j + 32, to);  // on its way while these are looked at
            uint32_t hits = 0;
#pragma unroll
            for (int u = 0; u < U; ++u) {
                float distance[Q];
                near_distances(j + 32 * u, candidates.value[u], distance);
#pragma unroll
                for (int q = 0; q < Q; ++q) {
                    const bool hit = distance[q] <= limit[q] && (u == 0 || tile + 32 * u < to);
                    hits |= uint32_t(hit) << (u * Q + q);
                }
            }
#pragma unroll 1
            for (uint32_t some = __reduce_or_sync(prism::FULL, hits); some; some &= some - 1) {
                const int bit = __ffs(some) - 1, q = bit % Q;
                const uint32_t at = j + 32 * (bit / Q);
                consider(q, at, at < to && (hits >> bit & 1));
            }
            if (U == 1)
                candidates = next;
            else
                candidates.load(j + 32 * U, to);
        }
    }

    __device__ void near_distances(uint32_t j, const float (&candidate)[D ? D : 1], float (&distance)[Q]) const {
        if (D == 0) distance[0] = near.distance(0, d, first, min(j, points - 1));
#pragma unroll
        for (int c = 0; c < D; ++c) {
#pragma unroll
            for (int q = 0; q < Q; ++q) {
                const float apart = abs(candidate[c] - query[q][c]);
                distance[q] = c == 0 ? apart : max(distance[q], apart);
            }
        }
    }

    __device__ void consider(int q, uint32_t j, bool hit) {
        T distance = prism::infinity<T>();
        int32_t rank = 0;
        if (hit && apart(first + q, j)) {
            distance = exact_distance(first + q, j);
            if (BLOCKS) rank = clock[j];
        }
        Nearest nearest;
        nearest.recall(lists[q], k);
        T kth = nearest.kth(k);
        unsigned closer = __ballot_sync(prism::FULL, is_closer(distance, kth));
        if (!closer) return;
        while (closer) {
            const int lane = __ffs(closer) - 1;
            const T value = __shfl_sync(prism::FULL, distance, lane);
            const int32_t of = BLOCKS ? __shfl_sync(prism::FULL, rank, lane) : 0;
            nearest.insert(value, of, j - threadIdx.x % 32 + lane, k);
            kth = nearest.kth(k);
            closer = (closer & (closer - 1)) & __ballot_sync(prism::FULL, is_closer(distance, kth));
        }
        nearest.keep(lists[q], k);
        const float most = EXACT_IS_NEAR ? float(kth) : __fadd_ru(__double2float_ru(double(kth) * scale), slack);
#pragma unroll
        for (int i = 0; i < Q; ++i) {
            if (i == q) limit[i] = min(limit[i], most);
        }
    }

    // Among equal distances identity matters to algorithm 2, so it must also see those equal to the k-th.
    static __device__ bool is_closer(T distance, T kth) {
        return BLOCKS ? distance <= kth && distance < prism::infinity<T>() : distance < kth;
    }

    __device__ T exact_distance(uint32_t i, uint32_t j) const {
        if (D == 0) return exact.distance(0, d, i, j);
        T most = 0;
#pragma unroll
        for (int c = 0; c < D; ++c) most = max(most, abs(exact.at(c, i) - exact.at(c, j)));
        return most;
    }

    __device__ T kth(int q) const { return k <= 32 ? lists[q].low[k - 1] : lists[q].high[k - 33]; }

    // The largest distance from query q to its k neighbours within rows [from, to).
    __device__ T largest(int q, uint32_t from, uint32_t to) const {
        if (kth(q) == prism::infinity<T>()) return kth(q);
        const uint32_t lane = threadIdx.x % 32;
        T most = 0;
        if (lane < k) most = exact.distance(from, to, first + q, lists[q].low_place[lane]);
        if (lane + 32 < k) most = max(most, exact.distance(from, to, first + q, lists[q].high_place[lane]));
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
                                   uint32_t k, uint32_t theiler, uint32_t group, uint32_t strip, uint32_t dz,
                                   float slack, float scale, uint32_t g, uint32_t dt, uint32_t n, uint32_t p,
                                   uint32_t ds, uint32_t e, uint32_t r) {
    constexpr int Q = GROUP ? GROUP : 1;
    using Searching = Search<T, DT + DS, Q, R == 0>;
    __shared__ typename Searching::Nearest::Kept lists[4][Q];
    const prism::Share share(n, group);
    if (share.problem >= p) return;
    const uint32_t of = which[share.problem], points = rows[of];
    const uint32_t width = DT ? DT : dt, span = DS ? DS : ds, lane = threadIdx.x % 32;
    const prism::Points<float> near(near_target, near_source, of, share.problem, width, span, n);
    const prism::Points<T> exact(target, source, of, share.problem, width, span, n);
    const prism::Strips strips{edges + size_t(of) * e, near.target, near.target + (width > 1 ? n : 0), strip, points};
    T* const out = radius + size_t(share.problem) * r * n;

    for (uint32_t first = share.first; first < min(share.first + group, n); first += Q) {
        const uint32_t count = first < points ? min(uint32_t(Q), points - first) : 0;
        Searching search{near,
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
            search.bound(max(home * strip + 32, own) - 32, min(own + 96, strips.end(home)));
            prism::StripWalk walk(strips, extent, home);
            for (uint32_t at; walk.next(at, search.reach());) {
                const prism::Tiles tiles(strips, at, extent, search.reach());
                search.visit(tiles.first, min(tiles.last + 32, strips.end(at)));
            }
        }
        for (int q = 0; q < Q && first + q < n; ++q) {
            const bool known = q < count;
            if (R == 0 && r == 3) {
                const T blocks[3] = {known ? next_above(search.largest(q, width, width + span)) : T(0),
                                     known ? next_above(search.largest(q, dz, width)) : T(0),
                                     known ? next_above(search.largest(q, 0, dz)) : T(0)};
                if (lane < 3)
                    out[size_t(lane) * n + first + q] = lane == 0 ? blocks[0] : lane == 1 ? blocks[1] : blocks[2];
            } else if (lane == 0) {
                out[first + q] = known ? search.kth(q) : T(0);
            }
        }
        __syncwarp();
    }
}
