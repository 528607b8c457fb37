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
    prism::each_row<T>(x, r, n, outside, 2, staged, [&](uint64_t row, auto& held, auto next) {
        W most = outside, sum = 0, base = 0;
        const T* const added = h && held.n ? b + row / repeat % h * w : nullptr;
        auto add = [&](uint32_t at) {
            if (!added) return;
#pragma unroll
            for (int e = 0; e < sizeof(held.x) / sizeof(W); ++e) {
                const uint32_t place = held.place(e);
                if (place < held.n) held.x[e] += W(prism::widen(added[w == 1 ? 0 : at + place]));
            }
        };
        // Leaves the distances from the largest element so far in the place of the elements, or their powers.
        auto meet = [&](uint32_t at) {
            add(at);
            W largest = most;
#pragma unroll
            for (W value : held.x) largest = max(largest, value);
            largest = held.group.combined(largest, prism::Max());
            base = largest == outside ? 0 : largest;
            W powers = 0;
#pragma unroll
            for (W& value : held.x) {
                value -= base;
                const W share = power(value);
                powers += share;
                if (!log_form) value = share;
            }
            if (sum > 0) sum *= power(most - base);
            sum += held.group.combined(powers, prism::Sum());
            most = largest;
        };
        meet(0);
        const uint32_t part = held.part();
        for (uint32_t at = part; at < n; at += part) {
            next(at);
            meet(at);
        }
        const bool is_masked = masked_zero && most == outside && sum == 0;
        const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
        auto write = [&](uint32_t at) {
            T* const to = y + row * n + at;
            if (log_form)
                held.store(to, [&](W value, uint32_t, int) { return power.quotient(value) - shift; });
            else
                held.store(to, [&](W value, uint32_t, int) { return value * scale; });
        };
        if (l && row < r && held.group.rank == 0) lse[row] = prism::narrow<T>(power.quotient(base) + shift);
        if (n <= part) return write(0);
        for (uint32_t at = 0; at < n; at += part) {
            next(at);
            add(at);
#pragma unroll
            for (W& value : held.x) {
                value -= base;
                if (!log_form) value = power(value);
            }
            write(at);
        }
    });
}
