// Softmax of rows that threads hold.
#pragma once
#include <type_traits>

#include "prism/power.cuh"
#include "prism/row.cuh"

namespace prism {

// `rows(outside, f)` calls f for the rows of x.
template <typename T, typename Rows>
__device__ void softmax(Rows rows, const T* b, T* y, T* lse, double temperature, uint32_t log_form,
                        uint32_t masked_zero, uint64_t repeat, uint64_t r, uint32_t n, uint64_t h, uint32_t w,
                        uint64_t l) {
    using W = computed<T>;
    const W outside = -infinity<W>();
    const Power<T> power(temperature);
    rows(outside, [&](uint64_t row, auto& held, auto& parts) {
        constexpr int E = sizeof(held.x) / sizeof(W), V = std::remove_reference_t<decltype(held)>::V;
        const T* const added = h && n && row < r ? b + row / repeat % h * w : nullptr;
        auto add = [&](int64_t at) {
            if (!added) return;
            const W all = w == 1 ? W(widen(*added)) : W(0);
#pragma unroll
            for (int p = 0; p < E / V; ++p) {
                Packed<T> some;
                if (w > 1) some = held.beside(added + at, p);
#pragma unroll
                for (int v = 0; v < V; ++v) held.x[p * V + v] += w == 1 ? all : W(widen(some.at[v]));
            }
        };
        // Leaves the distances from the largest element so far in the place of the elements, or their powers.
        W most = outside, sum = 0, base = 0;
        parts([&](int64_t at) {
            add(at);
            W largest = most;
#pragma unroll
            for (int e = 0; e < E; ++e) largest = max(largest, held.x[e]);
            largest = held.group.combined(largest, Max());
            base = largest == outside ? 0 : largest;
            W powers[2] = {};
#pragma unroll
            for (int e = 0; e < E; ++e) {
                const W distance = held.x[e] - base, share = power(distance);
                powers[e % 2] += share;
                held.x[e] = log_form ? distance : share;
            }
            if (sum > 0) sum *= power(most - base);
            sum += held.group.combined(powers[0] + powers[1], Sum());
            most = largest;
        });
        const bool is_masked = masked_zero && most == outside && sum == 0;
        const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
        if (l && row < r && held.group.rank == 0) lse[row] = narrow<T>(power.quotient(base) + shift);
        parts([&](int64_t at) {
            if constexpr (!std::remove_reference_t<decltype(parts)>::STAYS) {
                add(at);
#pragma unroll
                for (int e = 0; e < E; ++e) {
                    const W distance = held.x[e] - base;
                    held.x[e] = log_form ? distance : power(distance);
                }
            }
            held.store(y + (row * n + at), [&](int p) {
#pragma unroll
                for (int v = 0; v < V; ++v) {
                    W& value = held.x[p * V + v];
                    value = log_form ? power.quotient(value) - shift : value * scale;
                }
            });
        });
    });
}

}  // namespace prism
