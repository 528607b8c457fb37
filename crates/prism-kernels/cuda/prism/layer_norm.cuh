// Layer normalisation of rows that threads hold, without an activation or followed by that of a number of `Activation`.
#pragma once
#include <type_traits>

#include "prism/activation.cuh"
#include "prism/row.cuh"
#include "prism/twofold.cuh"

namespace prism {

// `rows(outside, f)` calls f for the rows of x.
template <int ACTIVATION, typename T, typename Rows>
__device__ void layer_norm(Rows rows, const T* gamma, const T* beta, T* y, float* mean, float* rstd, double epsilon,
                           uint64_t r, uint32_t n, uint32_t m, uint32_t b, uint64_t k) {
    using W = computed<T>;
    rows(W(0), [&](uint64_t row, auto& held, int64_t at) {
        using H = std::remove_reference_t<decltype(held)>;
        constexpr int V = H::V;
        // The mean in two numbers, so that elements near it keep their digits.
        constexpr int SUMS = sizeof(W) == 8 ? 1 : 2;
        sum_of<T> sums[SUMS] = {};
        held.packs([&](uint32_t, const W* x) {
#pragma unroll
            for (int v = 0; v < V; ++v) sums[v % SUMS] = sums[v % SUMS] + x[v];
        });
        W near_mu, far_mu;
        if (SUMS > 1) sums[0] = sums[0] + sums[SUMS - 1];
        divide(held.group.combined(sums[0], Sum()), n, near_mu, far_mu);
        const auto centre = [&](W* x) {
#pragma unroll
            for (int v = 0; v < V; ++v) x[v] = x[v] - near_mu - far_mu;
        };
        double squares = 0;
        W some[4] = {};
        const auto fold = [&] { squares += double(some[0] + some[1]) + double(some[2] + some[3]); };
        held.packs([&](uint32_t p, W* x) {
            centre(x);
            held.mask(p, x, W(0));
#pragma unroll
            for (int v = 0; v < V; ++v) some[v % 4] = fma(x[v], x[v], some[v % 4]);
            if (p % 8 == 7) fold(), some[0] = some[1] = some[2] = some[3] = 0;
        });
        fold();
        const double inverse = rsqrt(held.group.combined(squares, Sum()) / n + epsilon);
        if (k && row < r && held.group.rank == 0) mean[row] = float(near_mu), rstd[row] = float(inverse);
        held.store(y + (row * n + at), [&](uint32_t p, W* x) {
            if (!H::STAYS) centre(x);
            Packed<T> scales, shifts;
            if (m) scales = held.beside(gamma + at, p);
            if (b) shifts = held.beside(beta + at, p);
#pragma unroll
            for (int v = 0; v < V; ++v) {
                const W scale = m ? W(widen(scales.at[v])) : W(1), shift = b ? W(widen(shifts.at[v])) : W(0);
                x[v] = Activation<T>::of(fma(scale, x[v] * W(inverse), shift), ACTIVATION);
            }
        });
    });
}

}  // namespace prism
