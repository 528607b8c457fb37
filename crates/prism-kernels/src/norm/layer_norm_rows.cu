#include <type_traits>

#include "prism/activation.cuh"
#include "prism/row.cuh"
#include "prism/twofold.cuh"

// Without an activation, or followed by that of a number of `Activation`.
template <typename T, int ACTIVATION>
__device__ void layer_norm_rows(const T* x,      // [r, n]
                                const T* gamma,  // [m]
                                const T* beta,   // [b]
                                T* y,            // [r, n]
                                float* mean,     // [k]
                                float* rstd,     // [k]
                                double epsilon, uint32_t activation, uint32_t staged, uint32_t blocks, uint64_t r,
                                uint32_t n, uint32_t m, uint32_t b, uint64_t k) {
    using W = prism::computed<T>;
    prism::each_row<T>(x, r, n, 0, 3, staged, [&](uint64_t row, auto& held, auto& parts) {
        constexpr int V = std::remove_reference_t<decltype(held)>::V;
        constexpr bool STAYS = std::remove_reference_t<decltype(parts)>::STAYS;
        // The mean in two numbers, so that elements near it keep their digits.
        constexpr int SUMS = sizeof(W) == 8 ? 1 : 2;
        prism::sum_of<T> sums[SUMS] = {};
        parts([&](int64_t) {
#pragma unroll
            for (int e = 0; e < int(sizeof(held.x) / sizeof(W)); ++e) sums[e % SUMS] = sums[e % SUMS] + held.x[e];
        });
        W near_mu, far_mu;
        if (SUMS > 1) sums[0] = sums[0] + sums[SUMS - 1];
        prism::divide(held.group.combined(sums[0], prism::Sum()), n, near_mu, far_mu);
        const auto centre = [&](W& value, int) { value = value - near_mu - far_mu; };
        double squares = 0;
        parts([&](int64_t) {
            held.each(centre);
            W some[4] = {};
            held.each([&](W off, int e) { some[e % 4] = fma(off, off, some[e % 4]); });
            squares += double(some[0] + some[1]) + double(some[2] + some[3]);
        });
        const double inverse = rsqrt(held.group.combined(squares, prism::Sum()) / n + epsilon);
        if (k && row < r && held.group.rank == 0) mean[row] = float(near_mu), rstd[row] = float(inverse);
        parts([&](int64_t at) {
            if (!STAYS) held.each(centre);
            held.store(y + (row * n + at), [&](int p) {
                prism::Packed<T> scales, shifts;
                if (m) scales = held.beside(gamma + at, p);
                if (b) shifts = held.beside(beta + at, p);
#pragma unroll
                for (int v = 0; v < V; ++v) {
                    W& value = held.x[p * V + v];
                    const W scale = m ? W(prism::widen(scales.at[v])) : W(1),
                            shift = b ? W(prism::widen(shifts.at[v])) : W(0);
                    value = prism::Activation<T>::of(fma(scale, value * W(inverse), shift), ACTIVATION);
                }
            });
        });
    });
}
