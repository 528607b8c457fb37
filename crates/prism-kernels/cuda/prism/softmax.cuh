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
    rows(outside, [&](uint64_t row, auto& held, int64_t at) {
        using H = std::remove_reference_t<decltype(held)>;
        constexpr int V = H::V;
        const T* const added = h && n && row < r ? b + row / repeat % h * w : nullptr;
        const auto add = [&](uint32_t p, W* x) {
            if (!added) return;
            Packed<T> some;
            if (w > 1) some = held.beside(added + at, p);
#pragma unroll
            for (int v = 0; v < V; ++v) x[v] += widen(w == 1 ? *added : some.at[v]);
        };
        W most = outside;
        held.packs([&](uint32_t p, W* x) {
            add(p, x);
#pragma unroll
            for (int v = 0; v < V; ++v) most = max(most, x[v]);
        });
        most = held.group.combined(most, Max());
        // Distances from the largest element, or their powers, take the place of the elements where those stay.
        const W base = most == outside ? 0 : most;
        W powers[2] = {}, sum = 0;
        held.packs([&](uint32_t p, W* x) {
            if (!H::STAYS) add(p, x);
#pragma unroll
            for (int v = 0; v < V; ++v) {
                const W distance = x[v] - base, share = power(distance);
                powers[v % 2] += share;
                x[v] = log_form ? distance : share;
            }
            if (p % 8 == 7) sum += powers[0] + powers[1], powers[0] = powers[1] = 0;
        });
        sum = held.group.combined(sum + (powers[0] + powers[1]), Sum());
        const bool is_masked = masked_zero && most == outside && sum == 0;
        const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
        if (l && row < r && held.group.rank == 0) lse[row] = narrow<T>(power.quotient(base) + shift);
        held.store(y + (row * n + at), [&](uint32_t p, W* x) {
            if (!H::STAYS) add(p, x);
#pragma unroll
            for (int v = 0; v < V; ++v) {
                const W distance = H::STAYS ? x[v] : x[v] - base;
                if (log_form)
                    x[v] = power.quotient(distance) - shift;
                else
                    x[v] = (H::STAYS ? x[v] : power(distance)) * scale;
            }
        });
    });
}

}  // namespace prism
