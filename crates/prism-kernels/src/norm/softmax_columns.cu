#include "prism/column.cuh"
#include "prism/group.cuh"
#include "prism/power.cuh"

// A block takes 32 neighbouring columns, a warp every 32nd element of each.
template <typename T>
__device__ void softmax_columns(const T* x,  // [o, n, i]
                                T* y,        // [o, n, i]
                                double temperature, uint32_t log_form, uint32_t masked_zero, uint64_t o, uint32_t n,
                                uint64_t i) {
    using W = prism::computed<T>;
    constexpr uint32_t WIDTH = 32;
    __shared__ W shared[1024];
    const prism::Power<T> power(temperature);
    const uint64_t strips = (i + WIDTH - 1) / WIDTH, outer = blockIdx.x / strips;
    const uint64_t at = blockIdx.x % strips * WIDTH + threadIdx.x % WIDTH;
    const uint32_t rank = threadIdx.x / WIDTH, step = blockDim.x / WIDTH;
    const uint64_t first = outer * n * i + at;
    prism::Column<T, sizeof(W) == 8 ? 8 : 32> column(x + first, at < i ? n : 0, i, rank, step);

    W most = -prism::infinity<W>();
    column.each([&](W value, uint64_t) { most = max(most, value); });
    most = prism::combined_in_columns(most, WIDTH, shared, prism::Max());
    const W base = most == -prism::infinity<W>() ? 0 : most;
    W sum = 0;
    column.each([&](W& value, uint64_t) {
        const W distance = value - base, share = power(distance);
        sum += share;
        value = log_form ? distance : share;
    });
    sum = prism::combined_in_columns(sum, WIDTH, shared, prism::Sum());

    const bool is_masked = masked_zero && most == -prism::infinity<W>() && sum == 0;
    const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
    column.each([&](W value, uint64_t k) {
        if (!column.stays) value = log_form ? value - base : power(value - base);
        y[first + (rank + k * step) * i] = prism::narrow<T>(log_form ? power.quotient(value) - shift : value * scale);
    });
}
