#include "prism/row.cuh"

template <typename T>
__device__ void layer_norm(const T* x,      // [r, n]
                           const T* gamma,  // [m]
                           const T* beta,   // [b]
                           T* y,            // [r, n]
                           float* mean,     // [r]
                           float* rstd,     // [r]
                           double epsilon, uint64_t r, uint32_t n, uint32_t m, uint32_t b) {
    using W = prism::computed<T>;
    __shared__ double sums[32];
    prism::each_row<T>(r, n, [&](uint64_t row, auto how) {
        using How = decltype(how);
        using Group = typename How::Group;
        const T* const from = x + row * n;
        const typename How::Row first(from, min(n, How::PART), 0);
        auto parts = [&](auto f) {
            f(first, 0);
            How::others(from, n, 0, f);
        };
        double sum = 0, squares = 0;
        parts([&](const typename How::Row& held, uint32_t) {
#pragma unroll
            for (W value : held.x) sum += value;
        });
        const double mu = Group::combined(sum, sums, prism::Sum()) / n;
        // In two numbers, so that elements near the mean keep their digits.
        const W near_mu = W(mu);
        const W far_mu = isfinite(mu) ? W(mu - near_mu) : W(0);
        parts([&](const typename How::Row& held, uint32_t) {
            W some[4] = {};
#pragma unroll
            for (int e = 0; e < 8; ++e) {
                const W off = held.place(e) < held.n ? held.x[e] - near_mu - far_mu : 0;
                some[e % 4] = fma(off, off, some[e % 4]);
            }
            squares += double(some[0] + some[1]) + double(some[2] + some[3]);
        });
        const double inverse = rsqrt(Group::combined(squares, sums, prism::Sum()) / n + epsilon);
        if (Group::rank() == 0) mean[row] = float(mu), rstd[row] = float(inverse);
        parts([&](const typename How::Row& held, uint32_t at) {
            held.store(y + row * n + at, [&](W value, uint32_t i) {
                const W unit = (value - near_mu - far_mu) * W(inverse);
                const W scale = m ? W(prism::widen(gamma[at + i])) : W(1),
                        shift = b ? W(prism::widen(beta[at + i])) : W(0);
                return fma(scale, unit, shift);
            });
        });
    });
}
