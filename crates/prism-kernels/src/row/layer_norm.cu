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
    __shared__ W near_sums[32];
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
        // About the mean; then what is missing to it and the variance, of small numbers.
        W sum = 0;
        parts([&](const typename How::Row& held, uint32_t) {
#pragma unroll
            for (W value : held.x) sum += value;
        });
        const W about = Group::combined(sum, near_sums, prism::Sum()) / n;
        double rest = 0, squares = 0;
        parts([&](const typename How::Row& held, uint32_t) {
            W some = 0, some_squares[4] = {};
#pragma unroll
            for (int e = 0; e < 8; ++e) {
                const W off = held.place(e) < held.n ? held.x[e] - about : 0;
                some += off;
                some_squares[e % 4] = fma(off, off, some_squares[e % 4]);
            }
            rest += some;
            squares += double(some_squares[0] + some_squares[1]) + double(some_squares[2] + some_squares[3]);
        });
        rest = Group::combined(rest, sums, prism::Sum()) / n;
        squares = Group::combined(squares, sums, prism::Sum()) / n;
        const double variance = squares - rest * rest;
        const double inverse = rsqrt((variance < 0 ? 0 : variance) + epsilon);
        if (Group::rank() == 0)
            mean[row] = isfinite(about) ? float(about + rest) : float(about), rstd[row] = float(inverse);
        parts([&](const typename How::Row& held, uint32_t at) {
            held.store(y + row * n + at, [&](W value, uint32_t i) {
                const W unit = (value - about - W(rest)) * W(inverse);
                const W scale = m ? W(prism::widen(gamma[at + i])) : W(1),
                        shift = b ? W(prism::widen(beta[at + i])) : W(0);
                return fma(scale, unit, shift);
            });
        });
    });
}
