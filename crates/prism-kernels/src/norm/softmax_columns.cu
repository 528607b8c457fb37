#include "prism/power.cuh"
#include "prism/warp.cuh"

// 32 neighbouring columns a block, shared out among its 8 warps: a warp takes every eighth element of each.
template <typename T>
__device__ void softmax_columns(const T* x,  // [o, n, i]
                                T* y,        // [o, n, i]
                                double temperature, uint32_t log_form, uint32_t masked_zero, uint64_t o, uint32_t n,
                                uint64_t i) {
    using W = prism::computed<T>;
    constexpr uint32_t WARPS = 8;
    __shared__ W largest[WARPS][32], sums[WARPS][32];
    const prism::Power<T> power(temperature);
    const uint64_t strips = (i + 31) / 32, outer = blockIdx.x / strips;
    const uint64_t column = blockIdx.x % strips * 32 + threadIdx.x % 32;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    const uint64_t first = outer * n * i + column;
    const uint32_t count = column < i ? n : 0;

    W most = -prism::infinity<W>();
    for (uint32_t k = warp; k < count; k += WARPS) most = max(most, W(prism::widen(x[first + k * i])));
    largest[warp][lane] = most;
    __syncthreads();
    for (uint32_t other = 0; other < WARPS; ++other) most = max(most, largest[other][lane]);
    const W base = most == -prism::infinity<W>() ? 0 : most;
    W sum = 0;
    for (uint32_t k = warp; k < count; k += WARPS) sum += power(W(prism::widen(x[first + k * i])) - base);
    sums[warp][lane] = sum;
    __syncthreads();
    sum = 0;
    for (uint32_t other = 0; other < WARPS; ++other) sum += sums[other][lane];

    const bool is_masked = masked_zero && most == -prism::infinity<W>() && sum == 0;
    const W scale = is_masked ? 0 : 1 / sum, shift = log(sum);
    for (uint32_t k = warp; k < count; k += WARPS) {
        const W distance = W(prism::widen(x[first + k * i])) - base;
        y[first + k * i] = prism::narrow<T>(log_form ? power.quotient(distance) - shift : power(distance) * scale);
    }
}
