#include "prism/narrow_float.cuh"
#include "prism/scaled.cuh"

template <typename T>
__device__ void round_fp8(const T* x,          // [r, n]
                          const float* scale,  // [s, c]
                          uint8_t* y,          // [r, n]
                          uint32_t format, uint32_t saturate, uint64_t r, uint64_t n, uint64_t s, uint32_t c) {
    const auto by = [=](auto target) {
        const auto nearest = [=](T x) { return target.code(prism::odd(x), saturate); };
        const auto over = [=](float scale) { return prism::over<T>(scale, nearest); };
        prism::scaled(prism::each_of(nearest), over, {scale, s, c, n}, r * n, x, y);
    };
    if (format == 0)
        by(prism::E4m3());
    else
        by(prism::E5m2());
}
