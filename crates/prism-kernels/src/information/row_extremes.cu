#include "prism/rows.cuh"
#include "prism/span.cuh"
#include "prism/warp.cuh"

// A thread, a few, a warp or a block a row or part. min and max pass over NaN.
template <typename T>
__device__ void row_extremes(const T* x,        // [r, n]
                             double* extremes,  // [r, parts, 2]
                             uint32_t r, uint32_t n, uint32_t parts) {
    __shared__ T lows[32], highs[32];
    const prism::RowPart part(r, n, parts, prism::lanes_of_spans);
    const T* const from = x + part.row * n + part.begin;
    T low = prism::infinity<T>(), high = -low;
    const auto join = [&](T other_low, T other_high) {
        low = min(low, other_low);
        high = max(high, other_high);
    };
    const auto one = [&](uint64_t i) { join(from[i], from[i]); };
    const auto several = [&](uint64_t i, uint64_t jump, auto packs) {
        const prism::Run<T, decltype(packs)::value> run(from + i, jump);
        for (const T x : run.x) join(x, x);
    };
    constexpr int PACKS = sizeof(T) == 8 ? 2 : 4;
    prism::Span<T>(from, part.end - part.begin).template each<PACKS>(part.lane, part.group, one, several);
    for (uint32_t step = min(part.group, 32u) / 2; step; step /= 2)
        join(__shfl_xor_sync(prism::FULL, low, step), __shfl_xor_sync(prism::FULL, high, step));
    if (part.group > 32) {
        if (threadIdx.x % 32 == 0) lows[threadIdx.x / 32] = low, highs[threadIdx.x / 32] = high;
        __syncthreads();
        for (uint32_t warp = 0; warp < blockDim.x / 32; ++warp) join(lows[warp], highs[warp]);
    }
    if (!part.writes()) return;
    extremes[2 * part.item] = double(low);
    extremes[2 * part.item + 1] = double(high);
}
