// Elements of one width from elements of another, each with its scale: four neighbours at a time, sixteen a thread.
#pragma once
#include <cstdint>

namespace prism {

// Four neighbouring elements, moved together.
template <typename T>
struct alignas(sizeof(T) < 4 ? 4 * sizeof(T) : 16) Quad {
    T at[4];
};

// A function of single elements as one of neighbours.
template <typename F>
struct EachOf {
    F f;

    template <typename X, typename Y, int N>
    __device__ void operator()(const X (&x)[N], Y (&y)[N]) const {
#pragma unroll
        for (int k = 0; k < N; ++k) y[k] = f(x[k]);
    }
};
template <typename F>
__device__ EachOf<F> each_of(F f) {
    return {f};
}

// Calls f(i) for what makes y[i] of x[i], for all i below n; it is the same for four neighbours that begin at a
// multiple of four. The arrays begin at multiples of 16 bytes.
template <typename X, typename Y, typename F>
__device__ void recast(F f, uint64_t n, const X* x, Y* y) {
    constexpr uint32_t QUADS = 4, HELD = sizeof(X) == 8 ? 2 : 4;
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * (4 * QUADS);
    if (begin + blockDim.x * (4 * QUADS) > n) {
        for (uint64_t i = begin + threadIdx.x; i < n; i += blockDim.x) {
            const X from[1] = {x[i]};
            Y to[1];
            f(i)(from, to);
            y[i] = to[0];
        }
        return;
    }
#pragma unroll 1
    for (uint32_t first = threadIdx.x; first < QUADS * blockDim.x; first += HELD * blockDim.x) {
        Quad<X> from[HELD];
#pragma unroll
        for (uint32_t h = 0; h < HELD; ++h)
            from[h] = reinterpret_cast<const Quad<X>*>(x + begin)[first + h * blockDim.x];
#pragma unroll
        for (uint32_t h = 0; h < HELD; ++h) {
            const uint32_t place = first + h * blockDim.x;
            Quad<Y> to;
            f(begin + 4 * place)(from[h].at, to.at);
            reinterpret_cast<Quad<Y>*>(y + begin)[place] = to;
        }
    }
}

// The scales [s, c] of rows of n elements: none, one, or one of every 128 neighbours.
struct Scales {
    const float* at;
    uint64_t s;
    uint32_t c;
    uint64_t n;
};

// The same with f(the scale of i) where blocks do not follow on: a division for every element.
template <typename X, typename Y, typename F>
__device__ void recast_ragged(F f, const Scales& scales, uint64_t n, const X* x, Y* y) {
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * 16, end = min(begin + blockDim.x * 16, n);
    for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
        const uint64_t row = i / scales.n;
        const X from[1] = {x[i]};
        Y to[1];
        f(scales.at[row * scales.c + (i - row * scales.n) / 128])(from, to);
        y[i] = to[0];
    }
}

// Makes y[i] of x[i] by `plain` for all i below n, or by with(the scale of i) where there are scales.
template <typename X, typename Y, typename Plain, typename With>
__device__ void scaled(Plain plain, With with, const Scales& scales, uint64_t n, const X* x, Y* y) {
    const float* const at = scales.at;
    if (scales.s == 0) {
        recast([=](uint64_t) { return plain; }, n, x, y);
    } else if (scales.s == 1 && scales.c == 1) {
        const auto by = with(at[0]);
        recast([=](uint64_t) { return by; }, n, x, y);
    } else if (scales.n % 128 == 0) {
        recast([=](uint64_t i) { return with(at[i / 128]); }, n, x, y);
    } else {
        recast_ragged(with, scales, n, x, y);
    }
}

// The quiet NaN of the sign of x.
__device__ inline float nan_of(float x) { return __uint_as_float(__float_as_uint(x) & 0x80000000u | 0x7fc00000u); }
__device__ inline double nan_of(double x) {
    return __longlong_as_double(__double_as_longlong(x) & 0x8000000000000000ll | 0x7ff8000000000000ll);
}

// The quotient as IEEE 754 has it, NaN with the sign of x. Not inlined, for it is seldom called and long.
template <typename X>
__device__ __noinline__ X exact_quotient(X x, X y) {
    const X quotient = x / y;
    return quotient == quotient ? quotient : nan_of(x);
}

__device__ inline float reciprocal(float x) { return __frcp_rn(x); }
__device__ inline double reciprocal(double x) { return __drcp_rn(x); }

// Division of many numbers by one: with its reciprocal 1/s correctly rounded, two corrections of x·(1/s) by their
// remainders give the quotient correctly rounded where nothing leaves the normal numbers. Markstein 1990.
template <typename X>
struct Over {
    // Quotients of numbers this far from 1 and their remainders are normal.
    static constexpr X MOST = sizeof(X) == 4 ? X(0x1p50) : X(0x1p400);
    X divisor, inverse;
    bool usual;

    __device__ explicit Over(float scale)
        : divisor(scale), inverse(reciprocal(X(scale))), usual(is_usual(X(scale)) && scale != 0) {}

    static __device__ bool is_usual(X x) { return abs(x) < MOST && (abs(x) > 1 / MOST || x == 0); }

    template <int N>
    __device__ void operator()(const X (&x)[N], X (&y)[N]) const {
        bool all = usual;
#pragma unroll
        for (int k = 0; k < N; ++k) {
            const X rough = x[k] * inverse, near = fma(fma(-divisor, rough, x[k]), inverse, rough);
            // A quotient that is 0 has its sign from the product.
            y[k] = copysign(fma(fma(-divisor, near, x[k]), inverse, near), rough);
            all = all && is_usual(x[k]);
        }
        if (all) return;
#pragma unroll
        for (int k = 0; k < N; ++k) y[k] = exact_quotient(x[k], divisor);
    }
};

// f of every element over a scale.
template <typename X, typename F>
struct FOver {
    Over<X> over;
    F f;

    template <typename Y, int N>
    __device__ void operator()(const X (&x)[N], Y (&y)[N]) const {
        X quotients[N];
        over(x, quotients);
        EachOf<F>{f}(quotients, y);
    }
};
template <typename X, typename F>
__device__ FOver<X, F> over(float scale, F f) {
    return {Over<X>(scale), f};
}

__device__ inline float times(float x, float scale) {
    const float product = __fmul_rn(x, scale);
    return product == product ? product : nan_of(x);
}

}  // namespace prism
