#include "prism/narrow_float.cuh"
#include "prism/scaled.cuh"

template <typename T>
__device__ void round_f16(const T* x,          // [r, n]
                          const float* scale,  // [s, c]
                          __half* y,           // [r, n]
                          uint32_t saturate, uint64_t r, uint64_t n, uint64_t s, uint32_t c) {
    const auto nearest = [=](T x) { return __ushort_as_half(prism::f16_code(prism::odd(x), saturate)); };
    const auto over = [=](float scale) { return prism::over<T>(scale, nearest); };
    prism::scaled(prism::each_of(nearest), over, {scale, s, c, n}, r * n, x, y);
}
