// Elements of one width from elements of another, each with its scale: four neighbours at a time, sixteen a thread.
#pragma once
#include <cstdint>

namespace prism {

// Four neighbouring elements, moved together.
template <typename T>
struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) Quad {
    T at[4];
};

// y[i] = f(x[i], i) for all i below n; the arrays begin at multiples of 16 bytes.
template <typename X, typename Y, typename F>
__device__ void recast(F f, uint64_t n, const X* x, Y* y) {
    constexpr uint32_t HELD = 4;
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * (4 * HELD);
    if (begin + blockDim.x * (4 * HELD) > n) {
        for (uint64_t i = begin + threadIdx.x; i < n; i += blockDim.x) y[i] = f(x[i], i);
        return;
    }
    Quad<X> from[HELD];
#pragma unroll
    for (uint32_t h = 0; h < HELD; ++h)
        from[h] = reinterpret_cast<const Quad<X>*>(x + begin)[h * blockDim.x + threadIdx.x];
#pragma unroll
    for (uint32_t h = 0; h < HELD; ++h) {
        const uint32_t place = h * blockDim.x + threadIdx.x;
        Quad<Y> to;
#pragma unroll
        for (uint32_t k = 0; k < 4; ++k) to.at[k] = f(from[h].at[k], begin + 4 * place + k);
        reinterpret_cast<Quad<Y>*>(y + begin)[place] = to;
    }
}

// The scales [s, c] of rows of n elements: none, one, or one of every 128 neighbours.
struct Scales {
    const float* at;
    uint64_t s;
    uint32_t c;
    uint64_t n;
};

// The same with f(x[i], its scale) where blocks do not follow on: a division for every element.
template <typename X, typename Y, typename F>
__device__ void recast_ragged(F f, const Scales& scales, uint64_t n, const X* x, Y* y) {
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * 16, end = min(begin + blockDim.x * 16, n);
    for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
        const uint64_t row = i / scales.n;
        y[i] = f(x[i], scales.at[row * scales.c + (i - row * scales.n) / 128]);
    }
}

// y[i] = plain(x[i]) for all i below n, or with(x[i], the scale of i) where there are scales.
template <typename X, typename Y, typename Plain, typename With>
__device__ void scaled(Plain plain, With with, const Scales& scales, uint64_t n, const X* x, Y* y) {
    const float* const at = scales.at;
    if (scales.s == 0)
        recast([=](X x, uint64_t) { return plain(x); }, n, x, y);
    else if (scales.s == 1 && scales.c == 1)
        recast([=](X x, uint64_t) { return with(x, at[0]); }, n, x, y);
    else if (scales.n % 128 == 0)
        recast([=](X x, uint64_t i) { return with(x, at[i / 128]); }, n, x, y);
    else
        recast_ragged(with, scales, n, x, y);
}

// The quiet NaN of the sign of x.
__device__ inline float nan_of(float x) { return __uint_as_float(__float_as_uint(x) & 0x80000000u | 0x7fc00000u); }
__device__ inline double nan_of(double x) {
    return __longlong_as_double(__double_as_longlong(x) & 0x8000000000000000ll | 0x7ff8000000000000ll);
}

__device__ inline float over(float x, float scale) {
    const float quotient = __fdiv_rn(x, scale);
    return quotient == quotient ? quotient : nan_of(x);
}
__device__ inline double over(double x, float scale) {
    const double quotient = __ddiv_rn(x, scale);
    return quotient == quotient ? quotient : nan_of(x);
}

__device__ inline float times(float x, float scale) {
    const float product = __fmul_rn(x, scale);
    return product == product ? product : nan_of(x);
}

}  // namespace prism
