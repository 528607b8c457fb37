// What stands for the elements that a fold has met, and how folds of lanes are joined.
#pragma once
#include "prism/pack.cuh"
#include "prism/warp.cuh"

namespace prism {

// The reductions, as `Reduction` of the Rust side numbers them.
enum : int { SUM, MEAN, PRODUCT, MIN, MAX, L1, L2, SUM_SQUARE, LOG_SUM_EXP, ARG_MIN, ARG_MAX };

constexpr bool is_extreme(int how) { return how == MIN || how == MAX || how > LOG_SUM_EXP; }

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

__device__ inline State shuffled(State state, uint32_t step) {
    return {__shfl_xor_sync(FULL, state.a, step), __shfl_xor_sync(FULL, state.b, step)};
}

// The fold of `lanes` neighbouring lanes' folds, on all of them; all lanes of the warp must call it.
template <typename F>
__device__ State joined_over(State state, uint32_t lanes) {
    for (uint32_t step = lanes / 2; step; step /= 2) state = F::joined(state, shuffled(state, step));
    return state;
}

}  // namespace prism
