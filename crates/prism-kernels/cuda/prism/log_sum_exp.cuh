// Folds to the logarithm of a sum of exponentials.
#pragma once
#include "prism/fold_state.cuh"

namespace prism {

// x ← eˣ for x up to 0, or infinity, within two units in the last place; 0 below −708. x = n·ln 2 + r, and eʳ is a
// polynomial, nearest on |r| ≤ ½ ln 2.
template <int N>
__device__ void exponentials(double (&x)[N]) {
    constexpr double WHOLE = 0x1.8p52;  // what is added to it rounds to whole numbers
    constexpr double SERIES[] = {2.7620075892548164e-07,
                                 2.7557268480289716e-06,
                                 2.480152132234228e-05,
                                 0.00019841269863040559,
                                 0.0013888888917196736,
                                 0.008333333333330065,
                                 0.041666666666624164,
                                 0.16666666666666669,
                                 0.5000000000000001,
                                 1.0,
                                 1.0};
    double near[N], r[N], sum[N];
    uint32_t farthest = 0;
#pragma unroll
    for (int k = 0; k < N; ++k) {
        near[k] = fma(x[k], 1.4426950408889634, WHOLE);
        const double n = near[k] - WHOLE;
        r[k] = fma(n, -2.3190468138462996e-17, fma(n, -0.6931471805599453, x[k]));
        sum[k] = 2.51003758422237e-08;
        farthest = max(farthest, uint32_t(__double2hiint(x[k])) & 0x7fffffff);
    }
#pragma unroll
    for (int i = 0; i < 11; ++i) {
#pragma unroll
        for (int k = 0; k < N; ++k) sum[k] = fma(sum[k], r[k], SERIES[i]);
    }
    constexpr uint32_t FAR = 0x40862000;  // of 708
#pragma unroll
    for (int k = 0; k < N; ++k)
        sum[k] = __hiloint2double(__double2hiint(sum[k]) + (__double2loint(near[k]) << 20), __double2loint(sum[k]));
    if (farthest < FAR) {
#pragma unroll
        for (int k = 0; k < N; ++k) x[k] = sum[k];
    } else {
#pragma unroll
        for (int k = 0; k < N; ++k) {
            const bool is_far = (uint32_t(__double2hiint(x[k])) & 0x7fffffff) >= FAR;
            x[k] = !is_far ? sum[k] : x[k] < 0 ? 0 : x[k];
        }
    }
}

// The largest element and Σ exp(x − largest), where it is finite; after Milakov & Gimelshein 2018.
template <typename T>
struct LogSumExp {
    using W = computed<T>;

    static __device__ State none() { return {-infinity<double>(), 0}; }

    template <typename X>
    static __device__ X base(X largest) {
        return isfinite(largest) ? largest : X(0);
    }

    // What is summed over `from` as it is over `to`, which is not less.
    static __device__ double moved(double sum, double from, double to) {
        if (from == to || sum == 0) return sum;
        return sum * (sizeof(T) == 2 ? double(power(W(base(from)) - W(base(to)))) : power(base(from) - base(to)));
    }

    // eˣ of x up to 0, or of infinity. In f32 within 4 + 2|x| units: where x is far from 0, the largest element's
    // exponential is far larger.
    static __device__ double power(double x) {
        double powers[1] = {x};
        exponentials(powers);
        return powers[0];
    }
    static __device__ float power(float x) {
        asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(x) : "f"(x * 1.44269504f));
        return x;
    }

    template <int N>
    static __device__ float sum_of_powers(const float (&x)[N], float from) {
        float powers[N];
#pragma unroll
        for (int k = 0; k < N; ++k) powers[k] = power(x[k] - from);
        return tree<N>(powers, [](float a, float b) { return a + b; });
    }

    // Two together, whose chains overlap: more take the registers of other warps.
    template <int N>
    static __device__ double sum_of_powers(const double (&x)[N], double from) {
        constexpr int FEW = N < 2 ? N : 2;
        double sum = 0;
#pragma unroll
        for (int first = 0; first < N; first += FEW) {
            double powers[FEW];
#pragma unroll
            for (int k = 0; k < FEW; ++k) powers[k] = x[first + k] - from;
            exponentials(powers);
            sum += tree<FEW>(powers, [](double a, double b) { return a + b; });
        }
        return sum;
    }

    // The largest of some elements and a number. NaN is passed over.
    template <int N>
    static __device__ float largest_of(const float (&x)[N], float number) {
        return max(number, tree<N>(x, [](float a, float b) { return max(a, b); }));
    }
    template <int N>
    static __device__ double largest_of(const double (&x)[N], double number) {
        double largest[] = {number, number};  // comparisons with a number take half of max's instructions
#pragma unroll
        for (int k = 0; k < N; ++k) largest[k % 2] = x[k] > largest[k % 2] ? x[k] : largest[k % 2];
        return largest[1] > largest[0] ? largest[1] : largest[0];
    }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        const W largest = largest_of(x, W(state.a));
        const W sum = sum_of_powers(x, base(largest));
        state = {largest, sum + moved(state.b, state.a, largest)};
    }

    static __device__ State joined(State x, State y) {
        const double largest = max(x.a, y.a);
        return {largest, moved(x.b, x.a, largest) + moved(y.b, y.a, largest)};
    }

    // One exponential a lane: the largest of all is found first.
    static __device__ State over(State state, uint32_t lanes) {
        const W mine = W(state.a);
        W largest = mine;
        for (uint32_t step = lanes / 2; step; step /= 2) largest = max(largest, __shfl_xor_sync(FULL, largest, step));
        W sum = W(state.b);
        if (mine != largest && sum != 0) sum *= power(base(mine) - base(largest));
        for (uint32_t step = lanes / 2; step; step /= 2) sum += __shfl_xor_sync(FULL, sum, step);
        return {double(largest), double(sum)};
    }

    static __device__ double result(State state, uint64_t) { return base(state.a) + double(log(W(state.b))); }
};

}  // namespace prism
