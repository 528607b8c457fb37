#include "prism/column.cuh"
#include "prism/power.cuh"

template <typename T>
__device__ void softmax_long_columns(const T* x,  // [o, n, i]
                                     T* y,        // [o, n, i]
                                     double temperature, uint32_t log_form, uint32_t masked_zero, uint32_t width,
                                     uint64_t o, uint32_t n, uint64_t i) {
    using W = prism::computed<T>;
    const W outside = -prism::infinity<W>();
    const prism::Power<T> power(temperature);
    prism::with_long_columns<T>(width, o * i, n, i, [&](auto& of) {
        const auto pass = [&](auto f) { of.pass(x, prism::narrow<T>(outside), f); };
        // The largest element so far, and the sum of powers of distances from it, each time of what is held.
        W most = outside, base = 0;
        double sum = 0;
        const auto rise = [&](W largest) {
            base = largest == outside ? 0 : largest;
            if (sum > 0) sum *= double(power(most - base));
            most = largest;
        };
        pass([&] {
            W largest = most;
            of.each_row([&](int k) { largest = max(largest, of.at(k, 0)); });
            rise(largest);
            W some = 0;
            of.each_row([&](int k) { some += power(of.at(k, 0) - base); });
            sum += double(some);
        });
        rise(of.combined(most, prism::Max()));
        const W total = W(of.combined(sum, prism::Sum()));
        const bool is_masked = masked_zero && most == outside && total == 0;
        const W scale = log_form ? power.inverse : is_masked ? W(0) : 1 / total, shift = log_form ? -log(total) : W(0);
        pass([&] {
            of.store(y, [&](W value, int) {
                value -= base;
                return fma(log_form ? value : power(value), scale, shift);
            });
        });
    });
}
