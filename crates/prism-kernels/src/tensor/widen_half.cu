#include "prism/narrow_float.cuh"
#include "prism/scaled.cuh"

template <typename T>
__device__ void widen_half(const T* x,          // [r, n]
                           const float* scale,  // [s, c]
                           float* y,            // [r, n]
                           uint64_t r, uint64_t n, uint64_t s, uint32_t c) {
    const auto wide = [](T x) { return prism::quiet(x); };
    const auto times = [](float scale) {
        return prism::each_of([=](T x) { return prism::times(prism::quiet(x), scale); });
    };
    prism::scaled(prism::each_of(wide), times, {scale, s, c, n}, r * n, x, y);
}
