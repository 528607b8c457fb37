#include "prism/column_scaling.cuh"

template <typename T, int BY>
__device__ void normalize_long_columns(const T* x,       // [o, n, i]
                                       T* y,             // [o, n, i]
                                       uint64_t* fault,  // [1]
                                       double epsilon, uint32_t by, uint32_t ddof, uint32_t width, uint64_t o,
                                       uint64_t n, uint64_t i) {
    using W = prism::computed<T>;
    prism::with_long_columns<T>(width, o * i, n, i, [&](auto& of) {
        const auto pass = [&](auto f) { of.pass(x, T(0.0f), f); };
        const auto scaling = prism::scaling_of_column<BY>(of, 0, fault, epsilon, ddof, pass);
        pass([&] { of.store(y, [&](W value, int) { return scaling(value); }); });
    });
}
