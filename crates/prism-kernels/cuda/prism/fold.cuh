// Reductions as folds: two doubles stand for the elements met so far, whatever is made of them in the end.
#pragma once
#include "prism/extreme.cuh"
#include "prism/log_sum_exp.cuh"

namespace prism {

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

    // Of narrower types a double has digits to spare.
    static __device__ void add(State& state, double x) {
        if constexpr (std::is_same_v<T, double>)
            accumulate(state, x);
        else
            state.a += x;
    }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        Term terms[N];
#pragma unroll
        for (int k = 0; k < N; ++k) terms[k] = term(x[k]);
        add(state, tree<N>(terms, [](Term a, Term b) { return a + b; }));
    }

    static __device__ State joined(State x, State y) {
        add(x, y.a);
        x.b += y.b;
        return x;
    }

    static __device__ State over(State state, uint32_t lanes) { return joined_over<Sums>(state, lanes); }

    static __device__ double result(State state, uint64_t n) {
        const double sum = isfinite(state.a) ? state.a + state.b : state.a;
        return HOW == MEAN ? sum / n : HOW == L2 ? sqrt(sum) : sum;
    }
};

// Products in double precision: of narrower types they leave its range no sooner than the result does. Of doubles what
// the roundings lost is the second number, after Ogita, Rump & Oishi 2005.
template <typename T>
struct Product {
    using W = computed<T>;

    static __device__ State none() { return {1, 0}; }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t, uint64_t) {
        if constexpr (sizeof(T) == 8) {
#pragma unroll
            for (int k = 0; k < N; ++k) state = joined(state, {x[k], 0});
        } else {
            double factors[N];
#pragma unroll
            for (int k = 0; k < N; ++k) factors[k] = x[k];
            state.a *= tree<N>(factors, [](double a, double b) { return a * b; });
        }
    }

    static __device__ State joined(State x, State y) {
        const double next = x.a * y.a, lost = fma(x.a, y.a, -next);
        return {next, isfinite(next) ? fma(x.a, y.b, fma(x.b, y.a, lost)) : 0};
    }
    static __device__ State over(State state, uint32_t lanes) { return joined_over<Product>(state, lanes); }
    static __device__ double result(State state, uint64_t) { return state.b == 0 ? state.a : state.a + state.b; }
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

// A fold meets packs that begin `jump` elements apart.
template <typename T, int HOW, int U>
__device__ void meet_packs(State& state, const uint4 (&packs)[U], uint64_t first, uint64_t jump) {
    constexpr int V = Packed<T>::COUNT;
    if constexpr (sizeof(T) == 2 && is_extreme(HOW)) {
        Fold<T, HOW>::meet_pairs(state, packs, first, jump);
    } else {
        computed<T> x[U * V];
#pragma unroll
        for (int u = 0; u < U; ++u) widen_pack<T>(packs[u], x + u * V);
        Fold<T, HOW>::template meet<V>(state, x, first, jump);
    }
}

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
template <int HOW, typename F, typename T>
__device__ void put(State state, uint64_t n, uint64_t at, bool ends, T* y, int64_t* index, double* states) {
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
    state = F::over(state, min(group, 32));
    if (group <= 32) return state;
    __syncthreads();
    if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = state;
    __syncthreads();
    return F::over(warps[threadIdx.x % 8], 8);
}

}  // namespace prism
