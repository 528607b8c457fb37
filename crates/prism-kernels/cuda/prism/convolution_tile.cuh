// A convolution as a product of matrices that are never made: the terms of the sums of 64 channels by 128 pixels.
#pragma once
#include "prism/convolution.cuh"
#include "prism/copy.cuh"
#include "prism/four.cuh"

namespace prism {

// The numbers under one pixel of y, in the order of the weights of a channel of y.
template <typename T, int KH, int KW>
struct Footprint {
    const T* image;
    uint32_t channels, rows, columns;
    uint32_t of_channel, down, right;  // from one channel, row and column of weights to the next
    uint32_t origin;                   // of the first; sums of offsets are modulo 2³²
    TapsInside rows_inside, columns_inside;
    uint32_t c = 0, i = 0, j = 0;  // the next

    // `top` and `left` are where the first row and column of weights fall.
    __device__ Footprint(const T* image, const Planes& in, uint32_t channels, uint32_t rows, uint32_t columns,
                         int64_t top, int64_t left, uint32_t dilation_h, uint32_t dilation_w)
        : image(image),
          channels(channels),
          rows(rows),
          columns(columns),
          of_channel(in.of_channel),
          down(dilation_h * in.of_row),
          right(dilation_w * in.of_column),
          origin(uint32_t(top) * in.of_row + uint32_t(left) * in.of_column),
          rows_inside(top, dilation_h, rows, in.h),
          columns_inside(left, dilation_w, columns, in.w) {}

    // Starts to copy the next K numbers to to[0][t], to[1][t], …; zeros behind the last.
    template <uint32_t K, uint32_t N>
    __device__ void fetch(T (&to)[K][N]) {
#pragma unroll
        for (uint32_t s = 0; s < K; ++s) {
            if (KH) i = s / KW, j = s % KW;
            const bool known = c < channels && rows_inside.has(i) && columns_inside.has(j);
            start_copy(&to[s][threadIdx.x], image + (known ? origin + c * of_channel + i * down + j * right : 0),
                       known);
            if (++j == columns) j = 0, ++i;
            if (i == rows) i = 0, ++c;
        }
    }
};

// Weights of 64 neighbouring channels of y, of which there may be fewer.
template <typename T, uint32_t K>
struct WeightRows {
    static constexpr uint32_t M = 64, AT_ONCE = 128 / K;  // channels that the block fetches at a time
    const T *first, *from;                                // of all, and this thread's next of its first channel
    uint32_t channels, depth, k;

    __device__ WeightRows(const T* first, uint32_t channels, uint32_t depth)
        : first(first),
          from(first + size_t(threadIdx.x / K) * depth + threadIdx.x % K),
          channels(channels),
          depth(depth),
          k(threadIdx.x % K) {}

    // Starts to copy the next K weights of every channel; zeros behind the last.
    template <uint32_t PITCH>
    __device__ void fetch(T (&to)[K][PITCH]) {
        const T* of_channel = from;
#pragma unroll
        for (uint32_t above = 0; above < M; above += AT_ONCE, of_channel += size_t(AT_ONCE) * depth) {
            const uint32_t channel = above + threadIdx.x / K;
            const bool known = channel < channels && k < depth;
            if (channel < M && threadIdx.x < AT_ONCE * K)
                start_copy(&to[threadIdx.x % K][channel], known ? of_channel : first, known);
        }
        from += K, k += K;
    }
};

// 8 × 8 sums a thread, of 4 × 8 lanes of 2 × 2 warps: four neighbouring channels and pixels, and the four behind those
// of the warp's other lanes.
template <typename T>
struct ConvolutionSums {
    static constexpr uint32_t M = 64, N = 128;
    T at[8][8] = {};

    static __device__ uint32_t channel(uint32_t u) {
        return threadIdx.x / 64 * 32 + u / 4 * 16 + threadIdx.x / 8 % 4 * 4 + u % 4;
    }
    static __device__ uint32_t pixel(uint32_t v) {
        return threadIdx.x / 32 % 2 * 64 + v / 4 * 32 + threadIdx.x % 8 * 4 + v % 4;
    }

    template <uint32_t PITCH>
    __device__ void add(const T (&weights)[PITCH], const T (&pixels)[N]) {
        Four<T> a[2], b[2];
#pragma unroll
        for (uint32_t s = 0; s < 2; ++s) {
            a[s] = *reinterpret_cast<const Four<T>*>(&weights[channel(4 * s)]);
            b[s] = *reinterpret_cast<const Four<T>*>(&pixels[pixel(4 * s)]);
        }
        // There and back, so that a multiplication shares an operand with the one before it: registers are read less.
#pragma unroll
        for (uint32_t v = 0; v < 8; ++v) {
#pragma unroll
            for (uint32_t i = 0; i < 8; ++i) {
                const uint32_t u = v % 2 ? 7 - i : i;
                at[u][v] = fma(a[u / 4].at[u % 4], b[v / 4].at[v % 4], at[u][v]);
            }
        }
    }

    // Adds the biases of `count` channels, 0 or all there are, and takes the positive part with `relu`.
    __device__ void finish(const T* bias, uint32_t count, bool relu) {
#pragma unroll
        for (uint32_t u = 0; u < 8; ++u) {
            const T shift = channel(u) < count ? bias[channel(u)] : T(0);
#pragma unroll
            for (T& sum : at[u]) {
                const T shifted = sum + shift;
                sum = relu && shifted < 0 ? T(0) : shifted;
            }
        }
    }

    __device__ Four<T> four(uint32_t u, uint32_t which) const {
        Four<T> four;
#pragma unroll
        for (uint32_t e = 0; e < 4; ++e) four.at[e] = at[u][4 * which + e];
        return four;
    }
};

}  // namespace prism
