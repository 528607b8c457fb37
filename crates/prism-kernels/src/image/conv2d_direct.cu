#include "prism/convolution.cuh"

// One thread a number of y, in the order of memory.
template <typename T>
__device__ void conv2d_direct(const T* x,       // [n, x1, x2, x3]
                              const T* weight,  // [o, cg, kh, kw]
                              const T* bias,    // [biases]
                              T* y,             // [n, y1, y2, y3]
                              uint32_t stride_h, uint32_t stride_w, uint32_t dilation_h, uint32_t dilation_w,
                              uint32_t pad_top, uint32_t pad_left, uint32_t groups, uint32_t channels_last,
                              uint32_t relu, uint32_t n, uint32_t x1, uint32_t x2, uint32_t x3, uint32_t o, uint32_t cg,
                              uint32_t kh, uint32_t kw, uint32_t biases, uint32_t y1, uint32_t y2, uint32_t y3) {
    const uint64_t to = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint32_t image = y1 * y2 * y3;
    if (to >= uint64_t(n) * image) return;
    const prism::Planes in(x1, x2, x3, channels_last), out(y1, y2, y3, channels_last);
    const uint32_t at = to % image, channel = channels_last ? at % y3 : at / (y2 * y3);
    const uint32_t pixel = channels_last ? at / y3 : at % (y2 * y3);
    const uint32_t first = channel / (o / groups) * cg;
    const T *const from = x + in.image(to / image), *k = weight + size_t(channel) * cg * kh * kw;
    const int64_t top = int64_t(pixel / out.w) * stride_h - pad_top,
                  left = int64_t(pixel % out.w) * stride_w - pad_left;
    T sum = 0;
    for (uint32_t c = 0; c < cg; ++c) {
        for (uint32_t i = 0; i < kh; ++i) {
            const int64_t row = top + int64_t(i) * dilation_h;
            for (uint32_t j = 0; j < kw; ++j, ++k) {
                const int64_t column = left + int64_t(j) * dilation_w;
                if (row < 0 || row >= in.h || column < 0 || column >= in.w) continue;
                sum = fma(from[in.at(first + c, row, column)], *k, sum);
            }
        }
    }
    sum += biases ? bias[channel] : T(0);
    y[to] = relu && sum < 0 ? T(0) : sum;
}
