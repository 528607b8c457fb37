#include <type_traits>

#include "prism/activation.cuh"
#include "prism/row.cuh"
#include "prism/twofold.cuh"

template <typename T>
__device__ void layer_norm_rows(const T* x,      // [r, n]
                                const T* gamma,  // [m]
                                const T* beta,   // [b]
                                T* y,            // [r, n]
                                float* mean,     // [k]
                                float* rstd,     // [k]
                                double epsilon, uint32_t activation, uint32_t staged, uint32_t blocks, uint64_t r,
                                uint32_t n, uint32_t m, uint32_t b, uint64_t k) {
    using W = prism::computed<T>;
    prism::each_row<T>(x, r, n, 0, 3, staged, [&](uint64_t row, auto& held, auto next) {
        prism::Passes<std::remove_reference_t<decltype(held)>, decltype(next)> parts{held, next, n};
        // The mean in two numbers, so that elements near it keep their digits.
        prism::sum_of<T> sum = {};
        parts([&](uint32_t) {
#pragma unroll
            for (W value : held.x) sum = sum + value;
        });
        W near_mu, far_mu;
        prism::divide(held.group.combined(sum, prism::Sum()), n, near_mu, far_mu);
        double squares = 0;
        parts([&](uint32_t) {
            W some[4] = {};
#pragma unroll
            for (int e = 0; e < int(sizeof(held.x) / sizeof(W)); ++e) {
                const W off = held.place(e) < held.n ? held.x[e] - near_mu - far_mu : 0;
                some[e % 4] = fma(off, off, some[e % 4]);
            }
            squares += double(some[0] + some[1]) + double(some[2] + some[3]);
        });
        const double inverse = rsqrt(held.group.combined(squares, prism::Sum()) / n + epsilon);
        if (k && row < r && held.group.rank == 0) mean[row] = float(near_mu), rstd[row] = float(inverse);
        auto write = [&](auto activated) {
            parts([&](uint32_t at) {
                held.store(y + row * n + at, [&](W value, uint32_t i, int) {
                    const W unit = (value - near_mu - far_mu) * W(inverse);
                    const W scale = m ? W(prism::widen(gamma[at + i])) : W(1),
                            shift = b ? W(prism::widen(beta[at + i])) : W(0);
                    return activated(fma(scale, unit, shift));
                });
            });
        };
        switch (activation) {
            case 2:
                return write([](W z) { return prism::Activation<T>::gelu(z); });
            case 3:
                return write([](W z) { return prism::Activation<T>::gelu_by_tanh(z); });
            default:
                return write([](W z) { return z; });
        }
    });
}
