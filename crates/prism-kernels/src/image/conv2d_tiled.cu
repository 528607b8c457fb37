#include "prism/convolution_tile.cuh"
#include "prism/copy_async.cuh"

// A block computes 64 channels of 128 pixels of one group. Weights and numbers under pixels arrive in shared memory, K
// of each sum at a time, two stages ahead; where the extents of the weights are known, K are those of one channel.
template <typename T, int KH, int KW>
__device__ void conv2d_tiled(const T* x,       // [n, x1, x2, x3]
                             const T* weight,  // [o, cg, kh, kw]
                             const T* bias,    // [biases]
                             T* y,             // [n, y1, y2, y3]
                             uint32_t stride_h, uint32_t stride_w, uint32_t dilation_h, uint32_t dilation_w,
                             uint32_t pad_top, uint32_t pad_left, uint32_t groups, uint32_t channels_last,
                             uint32_t relu, uint32_t n, uint32_t x1, uint32_t x2, uint32_t x3, uint32_t o, uint32_t cg,
                             uint32_t kh, uint32_t kw, uint32_t biases, uint32_t y1, uint32_t y2, uint32_t y3) {
    using Sums = prism::ConvolutionSums<T>;
    constexpr uint32_t M = Sums::M, N = Sums::N, K = KH ? KH * KW : 8, STAGES = 3;
    // By this pitch the weights that a warp writes at once spread over the banks.
    __shared__ __align__(16) T weights[STAGES][K][M + 4], pixels[STAGES][K][N];
    const uint32_t rows = KH ? KH : kh, columns = KW ? KW : kw, depth = cg * rows * columns, og = o / groups;
    const prism::Planes in(x1, x2, x3, channels_last), out(y1, y2, y3, channels_last);
    const uint32_t area = out.h * out.w, upwards = (og + M - 1) / M;
    const uint64_t all = uint64_t(n) * area;
    const uint32_t group = blockIdx.x % (groups * upwards) / upwards, m0 = blockIdx.x % upwards * M;
    const uint64_t p0 = uint64_t(blockIdx.x / (groups * upwards)) * N;

    prism::WeightRows<T, K> of_weights(weight + (size_t(group) * og + m0) * depth, og - m0, depth);
    const uint64_t p = min(p0 + threadIdx.x, all - 1);  // the pixel under which this thread fetches
    const uint32_t at = p % area;
    prism::Footprint<T, KH, KW> of_pixel(x + in.image(p / area) + size_t(group) * cg * in.of_channel, in, cg, rows,
                                         columns, int64_t(at / out.w) * stride_h - pad_top,
                                         int64_t(at % out.w) * stride_w - pad_left, dilation_h, dilation_w);
    const auto fetch = [&](uint32_t, uint32_t stage) {
        of_weights.fetch(weights[stage]);
        of_pixel.fetch(pixels[stage]);
    };
    Sums sums;
    prism::staged<STAGES>((depth + K - 1) / K, fetch, [&](uint32_t stage) {
#pragma unroll
        for (uint32_t k = 0; k < K; ++k) sums.add(weights[stage][k], pixels[stage][k]);
    });

    sums.finish(bias + (biases ? group * og + m0 : 0), biases ? og - m0 : 0, relu != 0);
    // Four neighbouring pixels are one store where no row of them ends between two.
    const bool together = area % 4 == 0 && !channels_last;
#pragma unroll
    for (uint32_t v = 0; v < 8; ++v) {
        const uint64_t pixel = p0 + Sums::pixel(v);
        if (pixel >= all || (together && v % 4)) continue;
        const uint32_t in_image = pixel % area;
        T* const to = y + out.image(pixel / area) + out.at(group * og + m0, in_image / out.w, in_image % out.w);
#pragma unroll
        for (uint32_t u = 0; u < 8; ++u) {
            const uint32_t channel = Sums::channel(u);
            if (m0 + channel >= og) continue;
            if (together)
                prism::store_aligned(to + channel * out.of_channel, sums.four(u, v / 4));
            else
                to[channel * out.of_channel] = sums.at[u][v];
        }
    }
}
