// Folds to the smallest or the largest element, or to its place.
#pragma once
#include "prism/fold_state.cuh"

namespace prism {

// The extreme and its place. NaN is beyond all numbers; of equals the first.
template <typename T, bool LARGEST, bool PLACE>
struct Extreme {
    using W = computed<T>;

    static __device__ State none() { return {LARGEST ? -infinity<double>() : infinity<double>(), infinity<double>()}; }

    template <typename X>
    static __device__ bool beyond(X x, X y) {
        return (LARGEST ? x > y : x < y) || (x != x && y == y);
    }

    static __device__ double further(double x, double y) { return beyond(y, x) ? y : x; }
    static __device__ float further(float x, float y) {
        if constexpr (LARGEST)
            asm("max.NaN.f32 %0, %0, %1;" : "+f"(x) : "f"(y));
        else
            asm("min.NaN.f32 %0, %0, %1;" : "+f"(x) : "f"(y));
        return x;
    }

    template <int V, int N>
    static __device__ void meet(State& state, const W (&x)[N], uint64_t first, uint64_t jump) {
        const W extreme = tree<N>(x, [](W x, W y) { return further(x, y); });
        if (!beyond(double(extreme), state.a) && state.b < double(first)) return;
        uint32_t at = 0;
        const auto search = [&](auto is_it) {
#pragma unroll
            for (int k = N - 1; k >= 0; --k) {
                if (is_it(x[k])) at = k;
            }
        };
        if (extreme == extreme)
            search([&](W x) { return x == extreme; });
        else
            search([](W x) { return x != x; });
        state = joined(state, {double(extreme), double(first + at / V * jump + at % V)});
    }

    static __device__ State joined(State x, State y) {
        const bool other = beyond(y.a, x.a) || (!beyond(x.a, y.a) && y.b < x.b);
        return other ? y : x;
    }

    // The same of packs of 16 bits, two elements an instruction.
    template <int U>
    static __device__ void meet_pairs(State& state, const uint4 (&packs)[U], uint64_t first, uint64_t jump) {
        constexpr int PAIRS = 4 * U;
        Pair<T> pairs[PAIRS];
#pragma unroll
        for (int u = 0; u < U; ++u) each_pair<T>(packs[u], [&](Pair<T> pair, int k) { pairs[4 * u + k] = pair; });
        const Pair<T> both =
            tree<PAIRS>(pairs, [](Pair<T> x, Pair<T> y) { return LARGEST ? __hmax2_nan(x, y) : __hmin2_nan(x, y); });
        const T extreme = LARGEST ? __hmax_nan(both.x, both.y) : __hmin_nan(both.x, both.y);
        const double value = double(widen(extreme));
        if (!beyond(value, state.a) && state.b < double(first)) return;
        uint32_t at = 0;
        const auto search = [&](auto is_it) {
#pragma unroll
            for (int k = PAIRS - 1; k >= 0; --k) {
                if (is_it(pairs[k].y)) at = 2 * k + 1;
                if (is_it(pairs[k].x)) at = 2 * k;
            }
        };
        if (value == value)
            search([&](T x) { return __heq(x, extreme); });
        else
            search([](T x) { return __hisnan(x); });
        state = joined(state, {value, double(first + at / 8 * jump + at % 8)});
    }

    // Of a warp's numbers: as integers of the same order they meet in one instruction.
    static __device__ float furthest(float mine) {
        const int32_t bits = __float_as_int(mine == 0 ? 0.0f : mine), beyond = LARGEST ? 0x7fffffff : 0x80000000;
        const int32_t own = mine == mine ? bits ^ (bits >> 31 & 0x7fffffff) : beyond;
        const int32_t all = LARGEST ? __reduce_max_sync(FULL, own) : __reduce_min_sync(FULL, own);
        return __int_as_float(all ^ (all >> 31 & 0x7fffffff));
    }

    // The first of a warp's places, which are not negative: of those the words have the numbers' order.
    static __device__ double first(double mine) {
        const uint32_t own = __double2hiint(mine), high = __reduce_min_sync(FULL, own);
        return __hiloint2double(high, __reduce_min_sync(FULL, own == high ? uint32_t(__double2loint(mine)) : ~0u));
    }

    // The extreme of all, then the first of the places that have it.
    static __device__ State over(State state, uint32_t lanes) {
        const W mine = W(state.a);
        if constexpr (sizeof(W) == 4) {
            if (lanes == 32) {
                const W all = furthest(mine);
                return {double(all), first(beyond(all, mine) ? infinity<double>() : state.b)};
            }
        }
        W all = mine;
        for (uint32_t step = lanes / 2; step; step /= 2) all = further(all, __shfl_xor_sync(FULL, all, step));
        double place = beyond(all, mine) ? infinity<double>() : state.b;
        for (uint32_t step = lanes / 2; step; step /= 2) place = min(place, __shfl_xor_sync(FULL, place, step));
        return {double(all), place};
    }

    static __device__ double result(State state, uint64_t) { return PLACE ? state.b : state.a; }
};

}  // namespace prism
