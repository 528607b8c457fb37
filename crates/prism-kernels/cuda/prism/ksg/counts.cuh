// The second sweep of the KSG estimators: how many points lie within the radii of some queries.
#pragma once
#include <cfloat>
#include <cstdint>

#include "prism/ksg/order.cuh"

namespace prism {

// The counts of Q neighbouring queries by one warp: a lane takes a candidate, all queries are held against it.
// Blocks: 0 the source x, 1 the variable y, 2 the condition z.
template <typename T, int DT, int DZ, int DS, int Q, int R>
struct Counts {
    static constexpr bool EXACT_IS_NEAR = sizeof(T) == sizeof(float);
    static constexpr int D = DT + DS;
    static constexpr int U = D ? tiles_at_once(Q) : 1;
    static constexpr int RADII = R ? R : 3;

    const Points<float>& near;
    const Points<T>& exact;
    const int32_t* clock;
    const T* radius;  // of the first query; that of the next block `stride` behind it
    uint32_t points, first, count, theiler, dt, dz, ds, stride, r;
    float slack, scale;

    float query[Q][D ? D : 1];
    float inside[Q][RADII];   // a near distance below it is certainly within the radius
    float outside[Q][RADII];  // a near distance above it is certainly not
    uint32_t xz[Q], yz[Q], z[Q];

    __device__ T exact_radius(int q, int block) const { return radius[size_t(r == 1 ? 0 : block) * stride + q]; }

    __device__ void start() {
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const uint32_t i = min(uint32_t(q), count - 1);
#pragma unroll
            for (int c = 0; c < D; ++c) query[q][c] = near.at(c, first + i);
#pragma unroll
            for (int b = 0; b < RADII; ++b) {
                const T of = exact_radius(i, b);
                inside[q][b] = EXACT_IS_NEAR ? float(of) : __fadd_rd(__double2float_rd(of * scale), -slack);
                outside[q][b] = EXACT_IS_NEAR ? float(of) : __fadd_ru(__double2float_ru(of * scale), slack);
                outside[q][b] = min(outside[q][b], FLT_MAX);  // behind the last point is outside any radius
                if (q >= count) inside[q][b] = outside[q][b] = -1.0f;
            }
            xz[q] = yz[q] = z[q] = 0;
        }
    }

    // Without a condition every point is within the window.
    __device__ float reach() const {
        if (dz == 0) return infinity<float>();
        float most = outside[0][RADII - 1];
#pragma unroll
        for (int q = 1; q < Q; ++q) most = max(most, outside[q][RADII - 1]);
        return most;
    }

    // Counts the points [from, to).
    template <bool THEILER>
    __device__ void visit(uint32_t from, uint32_t to) {
        Candidates<D, U> candidates(near), next(near);
        if (U == 1) candidates.load(from + threadIdx.x % 32);
#pragma unroll 1
        for (uint32_t j = from + threadIdx.x % 32; j < to; j += 32 * U) {
            if (U == 1)
                next.load(j + 32);  // on its way while these are looked at
            else
                candidates.load(j);
#pragma unroll
            for (int u = 0; u < U; ++u) look<THEILER>(j + 32 * u, to, candidates.value[u]);
            if (U == 1) candidates = next;
        }
    }

    template <bool THEILER>
    __device__ void look(uint32_t j, uint32_t to, const float (&candidate)[D ? D : 1]) {
        float dist_x[Q], dist_y[Q], dist_z[Q];
        near_distances(j, candidate, dist_x, dist_y, dist_z);
        const bool there = DZ > 0 || j < to;  // without a condition what is infinitely far away would count
        uint32_t unsure = 0;
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const bool in_x = dist_x[q] < inside[q][0];
            const bool in_y = dist_y[q] < inside[q][RADII > 1 ? 1 : 0];
            bool in_z = dist_z[q] < inside[q][RADII - 1] && there;
            if (!EXACT_IS_NEAR) {
                const bool may_x = dist_x[q] <= outside[q][0];
                const bool may_y = dist_y[q] <= outside[q][RADII > 1 ? 1 : 0];
                const bool may_z = dist_z[q] <= outside[q][RADII - 1] && there;
                const bool doubt = may_z && ((in_z != may_z) | (in_x != may_x) | (in_y != may_y));
                unsure |= uint32_t(doubt) << q;
                in_z = in_z && !doubt;
            }
            add(q, in_x, in_y, in_z && apart<THEILER>(q, j));
        }
#pragma unroll 1
        for (; unsure; unsure &= unsure - 1) {
            const uint32_t at = __ffs(unsure) - 1, i = first + at;
            const bool in_x = exact.distance(dt, dt + ds, i, j) < exact_radius(at, 0);
            const bool in_y = exact.distance(dz, dt, i, j) < exact_radius(at, 1);
            const bool in_z = exact.distance(0, dz, i, j) < exact_radius(at, 2);
#pragma unroll
            for (int q = 0; q < Q; ++q) {
                if (q == at) add(q, in_x, in_y, in_z && apart<THEILER>(q, j));
            }
        }
    }

    template <bool THEILER>
    __device__ bool apart(int q, uint32_t j) const {
        if (!THEILER) return j != first + q;
        return uint32_t(abs(clock[min(j, points - 1)] - clock[first + min(uint32_t(q), count - 1)])) > theiler;
    }

    __device__ void add(int q, bool in_x, bool in_y, bool in_z) {
        z[q] += in_z;
        xz[q] += in_z && in_x;
        yz[q] += in_z && in_y;
    }

    __device__ void near_distances(uint32_t j, const float (&candidate)[D ? D : 1], float (&x)[Q], float (&y)[Q],
                                   float (&z)[Q]) const {
        if constexpr (D > 0) {
#pragma unroll
            for (int q = 0; q < Q; ++q) {
                if (DZ == 0) z[q] = 0.0f;
                if (DZ == DT) y[q] = 0.0f;
#pragma unroll
                for (int c = 0; c < D; ++c) {
                    const float distance = abs(candidate[c] - query[q][c]);
                    float& block = c < DZ ? z[q] : c < DT ? y[q] : x[q];
                    block = c == 0 || c == DZ || c == DT ? distance : max(block, distance);
                }
            }
        } else {
            z[0] = near.distance(0, dz, first, j);
            y[0] = near.distance(dz, dt, first, j);
            x[0] = near.distance(dt, dt + ds, first, j);
        }
    }

    // Writes the counts of query q to out [3, n] and returns its term, on the first lane; zeros where it is no point.
    __device__ int64_t report(int q, uint32_t* out, uint32_t n, const int64_t* marginal,
                              const int64_t* condition) const {
        const bool known = q < count;
        const uint32_t with_x = __reduce_add_sync(FULL, known ? xz[q] : 0);
        const uint32_t with_y = __reduce_add_sync(FULL, known ? yz[q] : 0);
        const uint32_t alone = __reduce_add_sync(FULL, known ? z[q] : 0);
        if (threadIdx.x % 32 != 0 || first + q >= n) return 0;
        out[first + q] = with_x;
        out[n + size_t(first) + q] = with_y;
        out[2 * size_t(n) + first + q] = alone;
        return known ? marginal[with_x] + marginal[with_y] - condition[alone] : 0;
    }
};

}  // namespace prism
