#include "prism/rows.cuh"
#include "prism/warp.cuh"

// A thread, a few, a warp or a block a row or part. fmin and fmax pass over NaN.
template <typename T>
__device__ void row_extremes(const T* x,        // [r, n]
                             double* extremes,  // [r, parts, 2]
                             uint32_t r, uint32_t n, uint32_t parts) {
    __shared__ double lows[32], highs[32];
    const prism::RowPart part(r, n, parts);
    const T* row = x + part.row * n;
    double low = prism::infinity<double>(), high = -low;
    const auto join = [&](double other_low, double other_high) {
        low = fmin(low, other_low);
        high = fmax(high, other_high);
    };
    part.each([&](uint64_t i) { return row[i]; }, [&](T value) { join(double(value), double(value)); });
    for (uint32_t step = min(part.group, 32u) / 2; step; step /= 2) {
        join(__shfl_xor_sync(prism::FULL, low, step), __shfl_xor_sync(prism::FULL, high, step));
    }
    if (part.group > 32) {
        if (threadIdx.x % 32 == 0) {
            lows[threadIdx.x / 32] = low;
            highs[threadIdx.x / 32] = high;
        }
        __syncthreads();
        for (uint32_t warp = 0; warp < blockDim.x / 32; ++warp) join(lows[warp], highs[warp]);
    }
    if (!part.writes()) return;
    extremes[2 * part.item] = low;
    extremes[2 * part.item + 1] = high;
}
