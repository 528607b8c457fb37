#include "prism/column.cuh"
#include "prism/power.cuh"

template <typename T>
__device__ void softmax_columns(const T* x,  // [o, n, i]
                                T* y,        // [o, n, i]
                                double temperature, uint32_t log_form, uint32_t masked_zero, uint32_t width, uint64_t o,
                                uint32_t n, uint64_t i) {
    using W = prism::computed<T>;
    const W outside = -prism::infinity<W>();
    const prism::Power<T> power(temperature);
    prism::with_whole_columns(x, prism::narrow<T>(outside), width, o * i, n, i, [&](auto& of) {
        constexpr int V = sizeof(T) == 2 ? 2 : 1;
        W base[V], scale[V], shift[V];
#pragma unroll
        for (int v = 0; v < V; ++v) {
            W most = outside, sum = 0;
            of.each_row([&](int k) { most = max(most, of.at(k, v)); });
            most = of.combined(most, prism::Max());
            base[v] = most == outside ? 0 : most;
            of.each_row([&](int k) {
                const W distance = of.at(k, v) - base[v], share = power(distance);
                sum += share;
                if constexpr (V == 1) of.held[k] = log_form ? distance : share;
            });
            sum = of.combined(sum, prism::Sum());
            const bool is_masked = masked_zero && most == outside && sum == 0;
            scale[v] = log_form ? power.inverse : is_masked ? W(0) : 1 / sum;
            shift[v] = log_form ? -log(sum) : W(0);
        }
        of.store(y, [&](W value, int v) {
            if constexpr (V == 2) {
                value -= base[v];
                if (!log_form) value = power(value);
            }
            return fma(value, scale[v], shift[v]);
        });
    });
}
