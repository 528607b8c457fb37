#include "prism/ksg.cuh"
#include "prism/topk.cuh"

// The counts of Q neighbouring queries by one warp: a lane takes a candidate, all queries are held against it.
// Blocks: 0 the source x, 1 the variable y, 2 the condition z.
template <typename T, int DT, int DZ, int DS, int Q, int R>
struct Counter {
    static constexpr bool EXACT_IS_NEAR = sizeof(T) == sizeof(float);
    static constexpr int D = DT + DS;
    static constexpr int U = D ? prism::tiles_at_once(Q) : 1;
    static constexpr int RADII = R ? R : 3;

    const prism::Points<float>& near;
    const prism::Points<T>& exact;
    const int32_t* clock;
    const T* radius;  // [r, n]
    uint32_t points, first, count, theiler, dt, dz, ds, n, r;
    float slack, scale;

    float query[Q][D ? D : 1];
    float inside[Q][RADII];   // a near distance below it is certainly within the radius
    float outside[Q][RADII];  // a near distance above it is certainly not
    uint32_t xz[Q], yz[Q], z[Q];

    __device__ T exact_radius(int q, int block) const { return radius[size_t(r == 1 ? 0 : block) * n + first + q]; }

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
                if (q >= count) inside[q][b] = outside[q][b] = -1.0f;
            }
            xz[q] = yz[q] = z[q] = 0;
        }
    }

    // Without a condition every point is within the window.
    __device__ float reach() const {
        if (dz == 0) return prism::infinity<float>();
        float most = outside[0][RADII - 1];
#pragma unroll
        for (int q = 1; q < Q; ++q) most = max(most, outside[q][RADII - 1]);
        return most;
    }

    // Counts the points [from, to).
    template <bool THEILER>
    __device__ void visit(uint32_t from, uint32_t to) {
        prism::Candidates<D, U> candidates(near), next(near);
        candidates.load(from + threadIdx.x % 32, to);
#pragma unroll 1
        for (uint32_t j = from + threadIdx.x % 32; j < to; j += 32 * U) {
            if (U == 1) next.load(j + 32, to);  // on its way while these are looked at
#pragma unroll
            for (int u = 0; u < U; ++u) look<THEILER>(j + 32 * u, to, candidates.value[u]);
            if (U == 1)
                candidates = next;
            else
                candidates.load(j + 32 * U, to);
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
#pragma unroll
                for (int c = 0; c < D; ++c) {
                    const float distance = abs(candidate[c] - query[q][c]);
                    float& block = c < DZ ? z[q] : c < DT ? y[q] : x[q];
                    block = c == 0 || c == DZ || c == DT ? distance : max(block, distance);
                }
            }
        } else {
            j = min(j, points - 1);
            z[0] = near.distance(0, dz, first, j);
            y[0] = near.distance(dz, dt, first, j);
            x[0] = near.distance(dt, dt + ds, first, j);
        }
    }
};

template <typename T, int DT, int DZ, int DS, int GROUP, int R>
__device__ void fused_te_reduction(const float* near_target,  // [g, dt, n]
                                   const T* target,           // [g, dt, n]
                                   const float* near_source,  // [p, ds, n]
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
    const prism::Points<float> near(near_target, near_source, of, share.problem, width, span, n);
    const prism::Points<T> exact(target, source, of, share.problem, width, span, n);
    const prism::Strips strips{edges + size_t(of) * e, near.target, near.target, strip, points};
    uint32_t* const out = counts + size_t(share.problem) * 3 * n;
    const uint32_t lane = threadIdx.x % 32;

    int64_t sum = 0;
    for (uint32_t first = share.first; first < min(share.first + group, n); first += Q) {
        const uint32_t count = first < points ? min(uint32_t(Q), points - first) : 0;
        Counter<T, DT, DZ, DS, Q, R> counter{near,
                                             exact,
                                             clock + size_t(of) * n,
                                             radius + size_t(share.problem) * r * n,
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
            counter.start();
            uint32_t from = first / strip, to = from;
            const prism::Extent extent(strips, first, first + count - 1);
            const float reach = counter.reach();
            prism::StripWalk walk(strips, extent, from);
            for (uint32_t at; walk.next(at, reach);) from = min(from, at), to = max(to, at);
            if (theiler)
                counter.template visit<true>(from * strip, strips.end(to));
            else
                counter.template visit<false>(from * strip, strips.end(to));
        }
#pragma unroll
        for (int q = 0; q < Q; ++q) {
            const uint32_t xz = __reduce_add_sync(prism::FULL, count ? counter.xz[q] : 0);
            const uint32_t yz = __reduce_add_sync(prism::FULL, count ? counter.yz[q] : 0);
            const uint32_t z = __reduce_add_sync(prism::FULL, count ? counter.z[q] : 0);
            if (lane != 0 || first + q >= n) continue;
            const bool known = q < count;
            out[first + q] = known ? xz : 0;
            out[n + size_t(first) + q] = known ? yz : 0;
            out[2 * size_t(n) + first + q] = known ? z : 0;
            if (known) sum += marginal[xz] + marginal[yz] - condition[z];
        }
    }
    if (lane == 0 && sum != 0) {
        atomicAdd(reinterpret_cast<unsigned long long*>(sums + share.problem), static_cast<unsigned long long>(sum));
    }
}
