// Reductions as folds: two doubles stand for the elements met so far, whatever is made of them in the end.
#pragma once
#include <type_traits>

#include "prism/element.cuh"
#include "prism/exponential.cuh"
#include "prism/warp.cuh"

namespace prism {

// The reductions, as `Reduction` of the Rust side numbers them.
enum : int { SUM, MEAN, PRODUCT, MIN, MAX, L1, L2, SUM_SQUARE, LOG_SUM_EXP, ARG_MIN, ARG_MAX };

struct alignas(16) State {
    double a, b;
};

// A sum and what its roundings lost, after Knuth.
__device__ inline void accumulate(State& sum, double x) {
    const double next = sum.a + x, added = next - sum.a;
    if (isfinite(next)) sum.b += (sum.a - (next - added)) + (x - added);
    sum.a = next;
}

// N values in one, by a tree of one shape.
template <int N, typename W, typename F>
__device__ W tree(const W* x, F f) {
    if constexpr (N == 1)
        return x[0];
    else
        return f(tree<N / 2>(x, f), tree<N / 2>(x + N / 2, f));
}

// A fold meets elements in runs of N, V neighbours and then a jump: element k of a run that begins at `first` lies at
// `first` + k / V · jump + k % V.

template <typename T, int HOW>
struct Sums {
    using W = computed<T>;
    static constexpr bool SQUARES = HOW == L2 || HOW == SUM_SQUARE;
    // Squares of f16 are exact in f32; those of wider types may lie outside of it.
    using Term = std::conditional_t<SQUARES && !std::is_same_v<T, __half>, double, W>;

    static __device__ State none() { return {0, 0}; }

    static __device__ Term term(W x) { return SQUARES ? Term(x) * Term(x) : HOW == L1 ? abs(x) : x; }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        Term terms[N];
#pragma unroll
        for (int k = 0; k < N; ++k) terms[k] = term(x[k]);
        accumulate(state, tree<N>(terms, [](Term a, Term b) { return a + b; }));
    }

    static __device__ State joined(State x, State y) {
        accumulate(x, y.a);
        x.b += y.b;
        return x;
    }

    static __device__ double result(State state, uint64_t n) {
        const double sum = isfinite(state.a) ? state.a + state.b : state.a;
        return HOW == MEAN ? sum / n : HOW == L2 ? sqrt(sum) : sum;
    }
};

// Products in double precision: of narrower types they leave its range no sooner than the result does.
template <typename T>
struct Product {
    using W = computed<T>;

    static __device__ State none() { return {1, 0}; }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        double factors[N];
#pragma unroll
        for (int k = 0; k < N; ++k) factors[k] = x[k];
        state.a *= tree<N>(factors, [](double a, double b) { return a * b; });
    }

    static __device__ State joined(State x, State y) { return {x.a * y.a, 0}; }
    static __device__ double result(State state, uint64_t) { return state.a; }
};

// The extreme and its place. NaN is beyond all numbers; of equals the first.
template <typename T, bool LARGEST, bool PLACE>
struct Extreme {
    using W = computed<T>;

    static __device__ State none() { return {LARGEST ? -infinity<double>() : infinity<double>(), infinity<double>()}; }

    template <typename X>
    static __device__ bool beyond(X x, X y) {
        return (LARGEST ? x > y : x < y) || (x != x && y == y);
    }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t first, uint64_t jump) {
        W extreme = x[0];
        uint32_t at = 0;
#pragma unroll
        for (int k = 1; k < N; ++k) {
            if (beyond(x[k], extreme)) extreme = x[k], at = k;
        }
        state = joined(state, {double(extreme), double(first + at / V * jump + at % V)});
    }

    static __device__ State joined(State x, State y) {
        const bool other = beyond(y.a, x.a) || (!beyond(x.a, y.a) && y.b < x.b);
        return other ? y : x;
    }

    static __device__ double result(State state, uint64_t) { return PLACE ? state.b : state.a; }
};

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
        return from == to || sum == 0 ? sum : sum * exp(base(from) - base(to));
    }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        W largest = W(state.a);
#pragma unroll
        for (int k = 0; k < N; ++k) largest = max(largest, x[k]);
        W powers[N];
#pragma unroll
        for (int k = 0; k < N; ++k) powers[k] = As<T>::exponential(x[k] - base(largest));
        state.b = moved(state.b, state.a, largest) + tree<N>(powers, [](W a, W b) { return a + b; });
        state.a = largest;
    }

    static __device__ State joined(State x, State y) {
        const double largest = max(x.a, y.a);
        return {largest, moved(x.b, x.a, largest) + moved(y.b, y.a, largest)};
    }

    static __device__ double result(State state, uint64_t) { return base(state.a) + log(state.b); }
};

template <typename T, int HOW>
struct Fold : Sums<T, HOW> {};
template <typename T>
struct Fold<T, PRODUCT> : Product<T> {};
template <typename T>
struct Fold<T, MIN> : Extreme<T, false, false> {};
template <typename T>
struct Fold<T, MAX> : Extreme<T, true, false> {};
template <typename T>
struct Fold<T, ARG_MIN> : Extreme<T, false, true> {};
template <typename T>
struct Fold<T, ARG_MAX> : Extreme<T, true, true> {};
template <typename T>
struct Fold<T, LOG_SUM_EXP> : LogSumExp<T> {};

// The element nearest to a double, rounded once.
template <typename T>
__device__ inline T nearest(double x) {
    return T(x);
}
template <>
__device__ inline __half nearest<__half>(double x) {
    return __double2half(x);
}
template <>
__device__ inline __nv_bfloat16 nearest<__nv_bfloat16>(double x) {
    return __double2bfloat16(x);
}

// A sum's real and imaginary part to an element that has both, or only the first.
__device__ inline void to_element(double2 sum, float2* y) { *y = {float(sum.x), float(sum.y)}; }
__device__ inline void to_element(double2 sum, double2* y) { *y = sum; }
template <typename T>
__device__ void to_element(double2 sum, T* y) {
    *y = nearest<T>(sum.x);
}

// What becomes of a fold of n elements: an element, the place of one, or, where more is to come, the two numbers.
template <typename T, int HOW>
__device__ void put(State state, uint64_t n, uint64_t at, bool ends, T* y, int64_t* index, double* states) {
    using F = Fold<T, HOW>;
    if (!ends)
        reinterpret_cast<State*>(states)[at] = state;
    else if constexpr (HOW == ARG_MIN || HOW == ARG_MAX)
        index[at] = int64_t(F::result(state, n));
    else
        y[at] = nearest<T>(F::result(state, n));
}

// The fold of `group` neighbouring threads' folds, on the first of them; `group` divides a warp or is a block of 256.
// All threads of the block must call it.
template <typename F>
__device__ State joined_by_group(State state, uint32_t group) {
    __shared__ State warps[8];
    auto over = [&](uint32_t lanes) {
        for (uint32_t step = lanes / 2; step; step /= 2) {
            const State other{__shfl_xor_sync(FULL, state.a, step), __shfl_xor_sync(FULL, state.b, step)};
            state = F::joined(state, other);
        }
    };
    over(min(group, 32));
    if (group <= 32) return state;
    __syncthreads();
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = state;
    __syncthreads();
    state = warps[threadIdx.x % 8];
    over(8);
    return state;
}

}  // namespace prism
