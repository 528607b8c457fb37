#include "prism/narrow_float.cuh"
#include "prism/scaled.cuh"

__device__ void widen_fp8(const uint8_t* x,    // [r, n]
                          const float* scale,  // [s, c]
                          float* y,            // [r, n]
                          uint32_t format, uint64_t r, uint64_t n, uint64_t s, uint32_t c) {
    const auto by = [=](auto source) {
        const auto wide = [=](uint8_t x) { return source.value(x); };
        const auto times = [=](float scale) {
            return prism::each_of([=](uint8_t x) { return prism::times(source.value(x), scale); });
        };
        prism::scaled(prism::each_of(wide), times, {scale, s, c, n}, r * n, x, y);
    };
    if (format == 0)
        by(prism::E4m3());
    else
        by(prism::E5m2());
}
