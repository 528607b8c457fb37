// What a vector is divided by, and what is taken from its elements before.
#pragma once
#include <type_traits>

#include "prism/element.cuh"
#include "prism/group.cuh"
#include "prism/twofold.cuh"

namespace prism {

// The norms Σ|x|, (Σx²)^½ and max|x|, the sum, and the standard deviation, as `Scale` of the Rust side numbers them.
enum : int { BY_L1, BY_L2, BY_LARGEST, BY_SUM, BY_DEVIATION };

// The larger; NaN where one is.
struct Larger {
    __device__ double operator()(double x, double y) const { return x > y || x != x ? x : y; }
};

// y = (x − near − far)·step·rest; the mean is in two numbers, so that elements near it keep their digits, and so is
// what they are multiplied by, the first a power of two: alone it may lie outside of the numbers of W.
template <typename T>
struct Scaling {
    using W = computed<T>;
    W near, far, step, rest;

    __device__ void by(double inverse) {
        const bool is_number = inverse > 0 && isfinite(inverse);
        const double half = is_number ? exp2(double(ilogb(inverse) / 2)) : 1;
        step = W(half), rest = W(inverse / half);
    }

    __device__ W operator()(W x) const { return (x - near - far) * step * rest; }
};

// The scaling of a vector of n elements that threads share: `each` calls a function for those of this thread, `total`
// sums one of them, `combined` makes one number of one from each thread and gives it to all. `is_null` is whether a sum
// to divide by is 0.
template <int BY, typename T, typename Each, typename Total, typename Combined>
__device__ Scaling<T> scaling(uint64_t n, double epsilon, uint32_t ddof, bool& is_null, Each each, Total total,
                              Combined combined) {
    using W = computed<T>;
    Scaling<T> scaling = {0, 0, 1, 0};
    const auto sum = [&](auto term) { return combined(total(term), Sum()); };
    double divisor;
    if constexpr (BY == BY_DEVIATION) {
        scaling.near = W(sum([](W x) { return double(x); }) / n);
        scaling.far = W(sum([&](W x) { return double(x - scaling.near); }) / n);
        const double squares = sum([&](W x) {
            const double off = x - scaling.near - scaling.far;
            return off * off;
        });
        divisor = sqrt(squares / (n > ddof ? n - ddof : 0));
    } else if constexpr (BY == BY_SUM) {
        divisor = sum([](W x) { return double(x); });
        is_null = divisor == 0;
    } else {
        if constexpr (BY == BY_L1)
            divisor = sum([](W x) { return double(abs(x)); });
        else if constexpr (BY == BY_L2)
            divisor = sqrt(sum([](W x) { return double(x) * double(x); }));
        else {
            double mine = 0;
            each([&](W x) { mine = Larger()(double(abs(x)), mine); });
            divisor = combined(mine, Larger());
        }
        if (divisor < epsilon) divisor = epsilon;
    }
    scaling.by(divisor == 0 ? 0 : 1 / divisor);
    return scaling;
}

// The scaling of a row by its standard deviation, of elements shorter than double: one sum in double precision has the
// mean in two numbers. Squares of f16 have room in f32.
template <typename T, typename H>
__device__ Scaling<T> scaling_by_deviation(H& held, uint32_t n, uint32_t ddof) {
    using W = computed<T>;
    using Square = std::conditional_t<std::is_same_v<T, __half>, float, double>;
    Scaling<T> scaling = {0, 0, 1, 0};
    double sums[2] = {};
    held.packs([&](uint32_t, const W* x) {
#pragma unroll
        for (int v = 0; v < H::V; ++v) sums[v % 2] += x[v];
    });
    divide(held.group.combined(sums[0] + sums[1], Sum()), n, scaling.near, scaling.far);
    double squares = 0;
    held.packs([&](uint32_t p, const W* x) {
        W off[H::V];
#pragma unroll
        for (int v = 0; v < H::V; ++v) off[v] = x[v] - scaling.near - scaling.far;
        held.mask(p, off, W(0));
        Square some = 0;
#pragma unroll
        for (int v = 0; v < H::V; ++v) some += Square(off[v]) * Square(off[v]);
        squares += some;
    });
    const double divisor = sqrt(held.group.combined(squares, Sum()) / (n > ddof ? n - ddof : 0));
    scaling.by(divisor == 0 ? 0 : 1 / divisor);
    return scaling;
}

// Normalises rows that threads hold: `rows(outside, f)` calls f for those of x. `fault` becomes the complement of the
// place of the first whose sum is 0.
template <int BY, typename T, typename Rows>
__device__ void normalize(Rows rows, T* y, uint64_t* fault, double epsilon, uint32_t ddof, uint64_t r, uint32_t n) {
    using W = computed<T>;
    rows(W(0), [&](uint64_t row, auto& held, int64_t at) {
        bool is_null = false;
        Scaling<T> scaling;
        if constexpr (BY == BY_DEVIATION && sizeof(W) == 4) {
            scaling = scaling_by_deviation<T>(held, n, ddof);
        } else {
            // What the row does not have is 0: it counts only where it has a distance from the mean.
            const auto each = [&](auto f) {
                held.packs([&](uint32_t p, const W* x) {
#pragma unroll
                    for (int v = 0; v < held.V; ++v) {
                        if (BY != BY_DEVIATION || held.has(p, v)) f(x[v]);
                    }
                });
            };
            const auto total = [&](auto term) {
                double mine = 0;
                each([&](W x) { mine += term(x); });
                return mine;
            };
            const auto combined = [&](double value, auto f) { return held.group.combined(value, f); };
            scaling = prism::scaling<BY, T>(n, epsilon, ddof, is_null, each, total, combined);
        }
        if (is_null && n > 0 && row < r && held.group.rank == 0)
            atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(row * n));
        held.store(y + (row * n + at), [&](uint32_t, W* x) {
#pragma unroll
            for (int v = 0; v < held.V; ++v) x[v] = scaling(x[v]);
        });
    });
}

}  // namespace prism
