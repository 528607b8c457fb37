// The first sweep of the KSG estimators: the nearest neighbours of some queries.
#pragma once
#include <cfloat>
#include <cstdint>

#include "prism/ksg/order.cuh"
#include "prism/topk.cuh"

namespace prism {

// The search of Q neighbouring queries by one warp: a lane takes a candidate, all queries are held against it.
// Distances are first taken between the `near` copies; only a candidate they cannot exclude is measured exactly.
// What every candidate needs is in registers; the lists of the nearest, needed seldom, are in shared memory.
template <typename T, int D, int Q, bool BLOCKS>
struct Nearest {
    static constexpr bool EXACT_IS_NEAR = sizeof(T) == sizeof(float);
    static constexpr int U = D ? tiles_at_once(Q) : 1;
    using List = TopK<T, BLOCKS>;

    const Points<float>& near;
    const Points<T>& exact;
    const int32_t* clock;
    typename List::Kept* lists;  // [Q]
    uint32_t points, first, count, k, theiler, d;
    float slack, scale;

    float query[Q][D ? D : 1];
    float limit[Q];  // a near distance above it excludes

    __device__ void start() {
#pragma unroll
        for (int q = 0; q < Q; ++q) {
#pragma unroll
            for (int c = 0; c < D; ++c) query[q][c] = near.at(c, first + min(uint32_t(q), count - 1));
            limit[q] = q < count ? infinity<float>() : -1.0f;
            List().keep(lists[q], k);
        }
    }

    // Bounds the search before it begins: of the tiles [from, to), the k-th smallest of the lanes' least distances.
    template <bool THEILER>
    __device__ void bound(uint32_t from, uint32_t to) {
        if (k > 32) return;
        float least[Q];
#pragma unroll
        for (int q = 0; q < Q; ++q) least[q] = infinity<float>();
        Candidates<D, U> candidates(near);
#pragma unroll 1
        for (uint32_t j = from + threadIdx.x % 32; j < to; j += 32 * U) {
            candidates.load(j);
#pragma unroll
            for (int u = 0; u < U; ++u) {
                const uint32_t at = j + 32 * u;
                float distance[Q];
                near_distances(at, candidates.value[u], distance);
#pragma unroll
                for (int q = 0; q < Q; ++q) {
                    if (apart<THEILER>(first + min(uint32_t(q), count - 1), at)) least[q] = min(least[q], distance[q]);
                }
            }
        }
        __syncwarp();
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const float kth = kth_smallest(least[q], k);
            limit[q] = min(limit[q], EXACT_IS_NEAR ? kth : __fadd_ru(kth, 2 * slack));
        }
    }

    template <bool THEILER>
    __device__ bool apart(uint32_t i, uint32_t j) const {
        return THEILER ? uint32_t(abs(clock[min(j, points - 1)] - clock[i])) > theiler : j != i;
    }

    __device__ float reach() const {
        float most = limit[0];
#pragma unroll
        for (int q = 1; q < Q; ++q) most = max(most, limit[q]);
        return most;
    }

    // Holds the points [from, to) against all queries.
    __device__ void visit(uint32_t from, uint32_t to) {
        Candidates<D, U> candidates(near), next(near);
        if (U == 1) candidates.load(from + threadIdx.x % 32);
#pragma unroll 1
        for (uint32_t tile = from; tile < to; tile += 32 * U) {
            const uint32_t j = tile + threadIdx.x % 32;
            if (U == 1)
                next.load(j + 32);  // on its way while these are looked at
            else
                candidates.load(j);
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
            for (uint32_t some = __reduce_or_sync(FULL, hits); some; some &= some - 1) {
                const int bit = __ffs(some) - 1, q = bit % Q;
                const uint32_t at = j + 32 * (bit / Q);
                consider(q, at, at < to && (hits >> bit & 1));
            }
            if (U == 1) candidates = next;
        }
    }

    // Instead of a visit of the points [from, to), where few of them are within the limit: gathers those, measures them
    // together and puts them in order. False, and nothing done, if there are more than a warp has lanes.
    template <bool THEILER>
    __device__ bool settle(uint32_t from, uint32_t to, uint32_t (&places)[32]) {
        static_assert(Q == 1, "one query a warp");
        const uint32_t lane = threadIdx.x % 32;
        const float within = min(limit[0], FLT_MAX);
        uint32_t found = 0;
        Candidates<D, U> candidates(near);
#pragma unroll 1
        for (uint32_t tile = from; tile < to; tile += 32 * U) {
            candidates.load(tile + lane);
            uint32_t hits = 0;
#pragma unroll
            for (int u = 0; u < U; ++u) {
                const uint32_t j = tile + 32 * u + lane;
                float distance[1];
                near_distances(j, candidates.value[u], distance);
                hits |= uint32_t(distance[0] <= within && apart<THEILER>(first, j)) << u;
            }
            if (!__any_sync(FULL, hits)) continue;
#pragma unroll 1
            for (int u = 0; u < U; ++u) {
                const bool hit = hits >> u & 1;
                const unsigned all = __ballot_sync(FULL, hit);
                const uint32_t at = found + __popc(all & ((1u << lane) - 1));
                if (hit && at < 32) places[at] = tile + 32 * u + lane;
                found += __popc(all);
            }
        }
        if (found > 32) return false;
        __syncwarp();
        const uint32_t place = lane < found ? places[lane] : ~0u;
        const T distance = lane < found ? exact_distance(first, place) : infinity<T>();
        const int32_t rank = BLOCKS && lane < found ? clock[place] : lane;
        uint32_t at = 0;
        for (uint32_t other = 0; other < found; ++other) {
            const T value = __shfl_sync(FULL, distance, other);
            const int32_t of = __shfl_sync(FULL, rank, other);
            at += value < distance || (value == distance && of < rank);
        }
        if (lane < found && at < k) {
            lists[0].low[at] = distance;
            if (BLOCKS) lists[0].low_place[at] = place;
        }
        __syncwarp();
        return true;
    }

    __device__ void near_distances(uint32_t j, const float (&candidate)[D ? D : 1], float (&distance)[Q]) const {
        if (D == 0) distance[0] = near.distance(0, d, first, j);
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
        T distance = infinity<T>();
        int32_t rank = 0;
        if (hit && (theiler ? apart<true>(first + q, j) : apart<false>(first + q, j))) {
            distance = exact_distance(first + q, j);
            if (BLOCKS) rank = clock[j];
        }
        List nearest;
        nearest.recall(lists[q], k);
        T kth = nearest.kth(k);
        unsigned closer = __ballot_sync(FULL, is_closer(distance, kth));
        if (!closer) return;
        while (closer) {
            const int lane = __ffs(closer) - 1;
            const T value = __shfl_sync(FULL, distance, lane);
            const int32_t of = BLOCKS ? __shfl_sync(FULL, rank, lane) : 0;
            nearest.insert(value, of, j - threadIdx.x % 32 + lane, k);
            kth = nearest.kth(k);
            closer = (closer & (closer - 1)) & __ballot_sync(FULL, is_closer(distance, kth));
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
        return BLOCKS ? distance <= kth && distance < infinity<T>() : distance < kth;
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
        if (kth(q) == infinity<T>()) return kth(q);
        const uint32_t lane = threadIdx.x % 32;
        T most = 0;
        if (lane < k) most = exact.distance(from, to, first + q, lists[q].low_place[lane]);
        if (lane + 32 < k) most = max(most, exact.distance(from, to, first + q, lists[q].high_place[lane]));
        return warp_max(most);
    }
};

__device__ inline float next_above(float x) { return nextafterf(x, infinity<float>()); }
__device__ inline double next_above(double x) { return nextafter(x, infinity<double>()); }

}  // namespace prism
