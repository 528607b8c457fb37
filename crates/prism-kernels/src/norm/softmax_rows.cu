#include <type_traits>

#include "prism/power.cuh"
#include "prism/row.cuh"

template <typename T>
__device__ void softmax_rows(const T* x,  // [r, n]
                             const T* b,  // [h, w]
                             T* y,        // [r, n]
                             T* lse,      // [l]
                             double temperature, uint32_t log_form, uint32_t masked_zero, uint64_t repeat,
                             uint32_t staged, uint32_t blocks, uint64_t r, uint32_t n, uint64_t h, uint32_t w,
                             uint64_t l) {
    using W = prism::computed<T>;
    const W outside = -prism::infinity<W>();
    const prism::Power<T> power(temperature);
    prism::each_row<T>(x, r, n, outside, 2, staged, [&](uint64_t row, auto& held, auto& parts) {
        constexpr int E = sizeof(held.x) / sizeof(W);
        const T* const added = h && held.group.rank < n && row < r ? b + row / repeat % h * w : nullptr;
        auto add = [&](uint32_t at) {
#pragma unroll
            for (int e = 0; e < E; ++e) {
                const uint32_t place = held.place(e);
                if (place < held.n) held.x[e] += W(prism::widen(added[w == 1 ? 0 : at + place]));
            }
        };
        // Leaves the distances from the largest element so far in the place of the elements, or their powers.
        W most = outside, sum = 0, base = 0;
        parts([&](uint32_t at) {
            if (added) add(at);
            W largest = most;
#pragma unroll
            for (int e = 0; e < E; ++e) largest = max(largest, held.x[e]);
            largest = held.group.combined(largest, prism::Max());
            base = largest == outside ? 0 : largest;
            W powers = 0;
#pragma unroll
            for (int e = 0; e < E; ++e) {
                const W distance = held.x[e] - base, share = power(distance);
                powers += share;
                held.x[e] = log_form ? distance : share;
            }
            if (sum > 0) sum *= power(most - base);
            sum += held.group.combined(powers, prism::Sum());
            most = largest;
        });
        const bool is_masked = masked_zero && most == outside && sum == 0;
        const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
        if (l && row < r && held.group.rank == 0) lse[row] = prism::narrow<T>(power.quotient(base) + shift);
        parts([&](uint32_t at) {
            if constexpr (!std::remove_reference_t<decltype(parts)>::STAYS) {
                if (added) add(at);
#pragma unroll
                for (int e = 0; e < E; ++e) {
                    const W distance = held.x[e] - base;
                    held.x[e] = log_form ? distance : power(distance);
                }
            }
            held.store(y + row * n + at, [&](W value, uint32_t, int) {
                return log_form ? power.quotient(value) - shift : value * scale;
            });
        });
    });
}
