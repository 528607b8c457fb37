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
    rows(W(0), [&](uint64_t row, auto& held, auto& parts) {
        constexpr int V = std::remove_reference_t<decltype(held)>::V;
        constexpr bool STAYS = std::remove_reference_t<decltype(parts)>::STAYS;
        // The mean in two numbers, so that elements near it keep their digits.
        constexpr int SUMS = sizeof(W) == 8 ? 1 : 2;
        sum_of<T> sums[SUMS] = {};
        parts([&](int64_t) {
#pragma unroll
            for (int e = 0; e < int(sizeof(held.x) / sizeof(W)); ++e) sums[e % SUMS] = sums[e % SUMS] + held.x[e];
        });
        W near_mu, far_mu;
        if (SUMS > 1) sums[0] = sums[0] + sums[SUMS - 1];
        divide(held.group.combined(sums[0], Sum()), n, near_mu, far_mu);
        const auto centre = [&](W& value, int) { value = value - near_mu - far_mu; };
        double squares = 0;
        parts([&](int64_t) {
            held.each(centre);
            W some[4] = {};
            held.each([&](W off, int e) { some[e % 4] = fma(off, off, some[e % 4]); });
            squares += double(some[0] + some[1]) + double(some[2] + some[3]);
        });
        const double inverse = rsqrt(held.group.combined(squares, Sum()) / n + epsilon);
        if (k && row < r && held.group.rank == 0) mean[row] = float(near_mu), rstd[row] = float(inverse);
        parts([&](int64_t at) {
            if (!STAYS) held.each(centre);
            held.store(y + (row * n + at), [&](int p) {
                Packed<T> scales, shifts;
                if (m) scales = held.beside(gamma + at, p);
                if (b) shifts = held.beside(beta + at, p);
#pragma unroll
                for (int v = 0; v < V; ++v) {
                    W& value = held.x[p * V + v];
                    const W scale = m ? W(widen(scales.at[v])) : W(1), shift = b ? W(widen(shifts.at[v])) : W(0);
                    value = Activation<T>::of(fma(scale, value * W(inverse), shift), ACTIVATION);
                }
            });
        });
    });
}

}  // namespace prism
