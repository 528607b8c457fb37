#include "prism/normalize.cuh"
#include "prism/row.cuh"

template <typename T, int BY>
__device__ void normalize_rows(const T* x,       // [r, n]
                               T* y,             // [r, n]
                               uint64_t* fault,  // [1]
                               double epsilon, uint32_t by, uint32_t ddof, uint32_t staged, uint32_t blocks, uint64_t r,
                               uint32_t n) {
    using W = prism::computed<T>;
    constexpr uint32_t PASSES = BY == prism::BY_DEVIATION ? 4 : 2;
    prism::each_row<T>(x, r, n, 0, PASSES, staged, [&](uint64_t row, auto& held, auto& parts) {
        const auto each = [&](auto f) { parts([&](int64_t) { held.each([&](W value, int) { f(value); }); }); };
        const auto combined = [&](double value, auto f) { return held.group.combined(value, f); };
        bool is_null = false;
        const auto scaling = prism::scaling<BY, T>(n, epsilon, ddof, is_null, each, combined);
        if (is_null && n > 0 && row < r && held.group.rank == 0)
            atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(row * n));
        parts([&](int64_t at) {
            held.store(y + (row * n + at), [&](int p) {
#pragma unroll
                for (int v = 0; v < held.V; ++v) held.x[p * held.V + v] = scaling(held.x[p * held.V + v]);
            });
        });
    });
}
