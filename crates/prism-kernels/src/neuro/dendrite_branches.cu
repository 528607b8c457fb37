#include <cstdint>

#include "prism/weights.cuh"

namespace prism {

// The steady-state potential of a branch with NMDA conductance g, in mV.
__device__ inline double nmda(double g, double g_l, double e_l, double e_rev, double mg) {
    double v = e_l;
    for (int iteration = 0; iteration < 100; ++iteration) {
        const double open = g / (1 + mg / 3.57 * exp(-0.062 * v));
        const double next = (g_l * e_l + open * e_rev) / (g_l + open);
        const bool done = abs(next - v) < 1e-6;
        v = next;
        if (done) break;
    }
    return v;
}

// Drives of a branch for `count` inputs; lane i has that of input i. All lanes must call it.
template <typename S, int ITEMS, typename T>
__device__ double drive(const Weights<T>& weights, uint32_t row, const T* x, uint64_t n, uint32_t count, bool& inside) {
    S sum[ITEMS] = {};
    inside = weights.add(sum, row, x, n, count);
    double mine = 0;
#pragma unroll
    for (int i = 0; i < ITEMS; ++i) {
        const S all = warp_sum(sum[i]);
        if (threadIdx.x % 32 == i) mine = all;
    }
    return mine;
}

// Products of w·x over w that are not 0; 0 where there is none. All lanes must call it.
template <typename T>
__device__ double product(const Weights<T>& weights, uint32_t row, const T* x, uint64_t n, uint32_t count,
                          bool& inside) {
    double mine = 0;
    for (uint32_t i = 0; i < count; ++i) {
        double all = 1;
        bool any = false;
        inside = weights.each(row, [&](uint32_t c, T weight) {
            if (weight == T(0)) return;
            all *= double(weight) * double(x[i * n + c]);
            any = true;
        });
        for (int step = 16; step; step /= 2) all *= __shfl_xor_sync(FULL, all, step);
        if (!__any_sync(FULL, any)) all = 0;
        if (threadIdx.x % 32 == i) mine = all;
    }
    return mine;
}

}  // namespace prism

// A warp a branch of up to eight inputs.
template <typename T>
__device__ void dendrite_branches(const T* x,                // [b, n]
                                  const T* w,                // [wr, wc]
                                  const int32_t* row_start,  // [rs]
                                  const int32_t* column,     // [nz]
                                  const T* value,            // [nz]
                                  const T* s_post,           // [sb]
                                  const T* distance,         // [sd]
                                  T* y,                      // [b, br]
                                  uint32_t* status,          // [1]
                                  uint32_t kind, double p0, double p1, double p2, double p3, uint32_t b, uint32_t n,
                                  uint32_t wr, uint32_t wc, uint32_t rs, uint32_t nz, uint32_t sb, uint32_t sd,
                                  uint32_t br) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint64_t padded = (uint64_t(br) + 7) / 8 * 8, row = warp % padded, first = warp / padded * 8;
    if (row >= br || first >= b) return;
    const prism::Weights<T> weights = {w, row_start, column, value, n, nz, rs == 0};
    const uint32_t count = min(uint64_t(8), b - first), lane = threadIdx.x % 32;
    const T* const inputs = x + first * n;
    bool inside = true;
    double g;
    if (kind == 3)
        g = prism::product(weights, row, inputs, n, count, inside);
    else if (kind == 1)
        g = prism::drive<double, 8>(weights, row, inputs, n, count, inside);
    else if (b == 1)
        g = prism::drive<T, 1>(weights, row, inputs, n, count, inside);
    else
        g = prism::drive<T, 8>(weights, row, inputs, n, count, inside);
    if (!inside) atomicOr(status, 1u);
    if (lane >= count) return;
    double out = g;
    if (kind == 0) out = 1 / (1 + exp(-(g - p0) / p1));
    if (kind == 1) out = g >= 0 ? prism::nmda(g, p0, p1, p2, p3) - p1 : nan("");
    if (kind == 2) out = g * (1 + p0 * double(s_post[first + lane]) * exp(-double(distance[row]) / p1));
    if (kind == 1 && isnan(out)) atomicOr(status, 2u);
    y[(first + lane) * br + row] = T(out);
}
