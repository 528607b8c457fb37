#include "prism/fold.cuh"
#include "prism/normalize.cuh"
#include "prism/row.cuh"

template <typename T, int BY>
__device__ void normalize_rows(const T* x,       // [r, n]
                               T* y,             // [r, n]
                               uint64_t* fault,  // [1]
                               double epsilon, uint32_t by, uint32_t ddof, uint64_t r, uint32_t n) {
    using W = prism::computed<T>;
    __shared__ double shared[32];
    prism::each_row<T>(r, n, [&](uint64_t row, auto how) {
        using How = decltype(how);
        using Group = typename How::Group;
        const T* const from = x + row * n;
        const typename How::Row first(from, min(n, How::PART), 0);
        const auto parts = [&](auto f) {
            f(first, 0);
            How::others(from, n, 0, f);
        };
        const auto each = [&](auto f) {
            parts([&](const typename How::Row& held, uint32_t) {
#pragma unroll
                for (int e = 0; e < 8; ++e) {
                    if (held.place(e) < held.n) f(held.x[e]);
                }
            });
        };
        const auto combined = [&](double value, auto f) { return Group::combined(value, shared, f); };
        bool is_null = false;
        const auto scaling = prism::scaling<BY, T>(n, epsilon, ddof, is_null, each, combined);
        if (is_null && n > 0 && Group::rank() == 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(row * n));
        parts([&](const typename How::Row& held, uint32_t at) {
            held.store(y + row * n + at, [&](W value, uint32_t) { return W(scaling(value)); });
        });
    });
}
