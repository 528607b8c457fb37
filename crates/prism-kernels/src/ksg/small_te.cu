#include "prism/ksg/counts.cuh"
#include "prism/ksg/nearest.cuh"

// Copies `length` numbers, a multiple of 4, into shared memory.
__device__ inline void hold(float* held, const float* from, uint32_t length) {
    for (uint32_t at = 4 * threadIdx.x; at < length; at += 4 * blockDim.x) {
        *reinterpret_cast<float4*>(held + at) = *reinterpret_cast<const float4*>(from + at);
    }
}

template <bool THEILER, typename Nearest>
__device__ void find(Nearest& search, uint32_t (&places)[32]) {
    search.template bound<THEILER>(0, search.points);
    if (search.k > 32 || !search.template settle<THEILER>(0, search.points, places)) search.visit(0, search.points);
}

// Floats are their own near copies, which are at hand.
__device__ inline const prism::Points<float>& exact_points(const prism::Points<float>& near, const float*, const float*,
                                                           uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) {
    return near;
}

__device__ inline prism::Points<double> exact_points(const prism::Points<float>&, const double* target,
                                                     const double* source, uint32_t of, uint32_t problem, uint32_t dt,
                                                     uint32_t ds, uint32_t n) {
    return prism::points_of(target, source, of, problem, dt, ds, n);
}

// A block has all points of its problem in shared memory; each of its warps answers one query.
template <typename T, int DT, int DZ, int DS, int R>
__device__ void fused_small_te(const float* near_target,  // [g, dt, row_length(n)]
                               const T* target,           // [g, dt, n]
                               const float* near_source,  // [p, ds, row_length(n)]
                               const T* source,           // [p, ds, n]
                               const int32_t* clock,      // [g, n]
                               const uint32_t* rows,      // [g]
                               const uint32_t* which,     // [p]
                               const int64_t* marginal,   // [n + 1]
                               const int64_t* condition,  // [n + 1]
                               T* radius,                 // [p, r, n]
                               uint32_t* counts,          // [p, 3, n]
                               int64_t* sums,             // [p]
                               uint32_t k, uint32_t theiler, uint32_t dz, float slack, float scale, uint32_t g,
                               uint32_t dt, uint32_t n, uint32_t p, uint32_t ds, uint32_t r) {
    constexpr uint32_t WARPS = 8, HELD = 8192;
    using Nearest = prism::Nearest<T, DT + DS, 1, R != 1>;
    __shared__ __align__(16) float held[HELD];
    __shared__ typename Nearest::List::Kept lists[WARPS];
    __shared__ uint32_t places[WARPS][32];
    __shared__ T radii[WARPS][3];
    __shared__ int64_t terms[WARPS];

    const uint32_t blocks = (n + WARPS - 1) / WARPS, problem = blockIdx.x / blocks;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, i = blockIdx.x % blocks * WARPS + warp;
    const uint32_t of = which[problem], points = rows[of];
    const uint32_t width = DT ? DT : dt, span = DS ? DS : ds, given = DT ? DZ : dz;
    const uint32_t row = prism::row_length(n);
    const prism::Points<float> near{held, held + width * row, width, row};
    hold(held + width * row, near_source + size_t(problem) * span * row, span * row);
    hold(held, near_target + size_t(of) * width * row, width * row);
    __syncthreads();

    const auto exact = exact_points(near, target, source, of, problem, width, span, n);
    const uint32_t count = i < points;
    Nearest search{near, exact,   clock + size_t(of) * n, &lists[warp], points, i, count,
                   k,    theiler, width + span,           slack,        scale};
    prism::Counts<T, DT, DZ, DS, 1, R> counts_of{
        near,  exact, clock + size_t(of) * n, radii[warp], points, i, count, theiler, width, given, span, 1, r,
        slack, scale};
    if (count > 0) {
        search.start();
        if (theiler)
            find<true>(search, places[warp]);
        else
            find<false>(search, places[warp]);
        if (R != 1 && r == 3) {
            const T x = prism::next_above(search.largest(0, width, width + span));
            const T y = prism::next_above(search.largest(0, given, width));
            const T z = prism::next_above(search.largest(0, 0, given));
            if (lane < 3) radii[warp][lane] = lane == 0 ? x : lane == 1 ? y : z;
        } else if (lane == 0) {
            radii[warp][0] = search.kth(0);
        }
        __syncwarp();
        counts_of.start();
        if (theiler)
            counts_of.template visit<true>(0, points);
        else
            counts_of.template visit<false>(0, points);
    }
    if (lane < r && i < n) radius[(size_t(problem) * r + lane) * n + i] = count ? radii[warp][lane] : T(0);
    const int64_t term = counts_of.report(0, counts + size_t(problem) * 3 * n, n, marginal, condition);
    if (lane == 0) terms[warp] = term;
    __syncthreads();
    if (threadIdx.x > 0) return;
    int64_t sum = 0;
    for (uint32_t w = 0; w < WARPS; ++w) sum += terms[w];
    if (sum != 0) {
        atomicAdd(reinterpret_cast<unsigned long long*>(sums + problem), static_cast<unsigned long long>(sum));
    }
}
