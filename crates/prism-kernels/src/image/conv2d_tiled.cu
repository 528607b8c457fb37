#include "prism/convolution.cuh"

// A block computes 64 channels of 128 pixels of one group, 8 × 8 a thread; 8 weights of a channel at a time are in
// shared memory while the next 8 are on their way to registers.
template <typename T, int KH, int KW>
__device__ void conv2d_tiled(const T* x,       // [n, x1, x2, x3]
                             const T* weight,  // [o, cg, kh, kw]
                             const T* bias,    // [biases]
                             T* y,             // [n, y1, y2, y3]
                             uint32_t stride_h, uint32_t stride_w, uint32_t dilation_h, uint32_t dilation_w,
                             uint32_t pad_top, uint32_t pad_left, uint32_t groups, uint32_t channels_last,
                             uint32_t relu, uint32_t n, uint32_t x1, uint32_t x2, uint32_t x3, uint32_t o, uint32_t cg,
                             uint32_t kh, uint32_t kw, uint32_t biases, uint32_t y1, uint32_t y2, uint32_t y3) {
    constexpr uint32_t M = 64, N = 128, K = 8;
    __shared__ __align__(16) T weights[2][K][M], pixels[2][K][N];
    const uint32_t rows = KH ? KH : kh, columns = KW ? KW : kw, depth = cg * rows * columns, og = o / groups;
    const prism::Planes in(x1, x2, x3, channels_last), out(y1, y2, y3, channels_last);
    const uint32_t area = out.h * out.w, upwards = (og + M - 1) / M, t = threadIdx.x;
    const uint64_t all = uint64_t(n) * area;
    const uint32_t group = blockIdx.x % (groups * upwards) / upwards, m0 = blockIdx.x % upwards * M;
    const uint64_t p0 = uint64_t(blockIdx.x / (groups * upwards)) * N;

    // This thread fetches 4 weights of channel t / 2 and 8 numbers under pixel t.
    const uint32_t m = m0 + t / 2;
    const T* const row_of_weights = weight + (size_t(group) * og + min(m, og - 1)) * depth;
    const uint64_t p = p0 + t;
    const uint32_t at = p % area;
    const T* const from = x + (p < all ? in.image(p / area) : 0) + size_t(group) * cg * in.of_channel;
    const int64_t top = int64_t(at / out.w) * stride_h - pad_top, left = int64_t(at % out.w) * stride_w - pad_left;
    uint32_t c = 0, i = 0, j = 0;
    T next_weights[4], next_pixels[K];
    const auto fetch = [&](uint32_t k0) {
#pragma unroll
        for (uint32_t s = 0; s < 4; ++s) {
            const uint32_t k = k0 + t % 2 * 4 + s;
            next_weights[s] = m < og && k < depth ? row_of_weights[k] : T(0);
        }
#pragma unroll
        for (uint32_t s = 0; s < K; ++s) {
            const int64_t row = top + int64_t(i) * dilation_h, column = left + int64_t(j) * dilation_w;
            const bool known = p < all && c < cg && row >= 0 && row < in.h && column >= 0 && column < in.w;
            next_pixels[s] = known ? from[in.at(c, row, column)] : T(0);
            if (++j == columns) j = 0, ++i;
            if (i == rows) i = 0, ++c;
        }
    };
    const auto store = [&](uint32_t half) {
#pragma unroll
        for (uint32_t s = 0; s < 4; ++s) weights[half][t % 2 * 4 + s][t / 2] = next_weights[s];
#pragma unroll
        for (uint32_t s = 0; s < K; ++s) pixels[half][s][t] = next_pixels[s];
    };

    const uint32_t tx = t % 16 * 4, ty = t / 16 * 4;
    T sum[8][8] = {};
    fetch(0);
    store(0);
    __syncthreads();
    for (uint32_t k0 = 0, half = 0; k0 < depth; k0 += K, half ^= 1) {
        const bool more = k0 + K < depth;
        if (more) fetch(k0 + K);
#pragma unroll
        for (uint32_t k = 0; k < K; ++k) {
            T a[8], b[8];
#pragma unroll
            for (uint32_t s = 0; s < 4; ++s) {
                a[s] = weights[half][k][ty + s], a[4 + s] = weights[half][k][32 + ty + s];
                b[s] = pixels[half][k][tx + s], b[4 + s] = pixels[half][k][64 + tx + s];
            }
#pragma unroll
            for (uint32_t u = 0; u < 8; ++u) {
#pragma unroll
                for (uint32_t v = 0; v < 8; ++v) sum[u][v] = fma(a[u], b[v], sum[u][v]);
            }
        }
        if (more) store(half ^ 1);
        __syncthreads();
    }
#pragma unroll
    for (uint32_t v = 0; v < 8; ++v) {
        const uint64_t to = p0 + tx + (v < 4 ? v : 60 + v);
        if (to >= all) continue;
        T* const image = y + out.image(to / area);
        const uint32_t pixel = to % area;
#pragma unroll
        for (uint32_t u = 0; u < 8; ++u) {
            const uint32_t channel = m0 + ty + (u < 4 ? u : 28 + u), of = group * og + channel;
            if (channel >= og) continue;
            const T shifted = sum[u][v] + (biases ? bias[of] : T(0));
            image[out.at(of, pixel / out.w, pixel % out.w)] = relu && shifted < 0 ? T(0) : shifted;
        }
    }
}
