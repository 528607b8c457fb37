// What columns are divided by.
#pragma once
#include "prism/column.cuh"
#include "prism/normalize.cuh"

namespace prism {

// As `scaling` by the deviation, in one pass fewer: the mean in double precision is more than two floats, and for
// elements of 16 bits one float has digits to spare.
template <typename T, typename Each, typename Combined>
__device__ Scaling<T> deviation_of_floats(uint64_t n, uint32_t ddof, Each each, Combined combined) {
    double sum = 0, squares = 0;
    each([&](float x) { sum += double(x); });
    const double mean = combined(sum, Sum()) / n;
    const float near = float(mean), far = sizeof(T) == 2 ? 0.0f : float(mean - near);
    Scaling<T> scaling = {near, far, 1, 0};
    each([&](float x) {
        const double off = x - near - far;
        squares += off * off;
    });
    const double deviation = sqrt(combined(squares, Sum()) / (n > ddof ? n - ddof : 0));
    scaling.by(deviation == 0 ? 0 : 1 / deviation);
    return scaling;
}

// The scaling of column v of those that threads hold; `pass` calls a function with all rows held, some at a time.
// `fault` becomes the complement of the place of the first whose sum is 0.
template <int BY, typename T, int V, typename Pass>
__device__ Scaling<T> scaling_of_column(Columns<T, V>& of, int v, uint64_t* fault, double epsilon, uint32_t ddof,
                                        Pass pass) {
    const auto each = [&](auto f) { pass([&] { of.each(v, f); }); };
    const auto combined = [&](double value, auto f) { return of.combined(value, f); };
    if constexpr (BY == BY_DEVIATION && sizeof(T) < 8) {
        return deviation_of_floats<T>(of.n, ddof, each, combined);
    } else {
        using W = computed<T>;
        // What is held together is summed by itself: a column may be long.
        const auto total = [&](auto term) {
            double mine = 0;
            pass([&] {
                double some = 0;
                of.each(v, [&](W x) { some += term(x); });
                mine += some;
            });
            return mine;
        };
        bool is_null = false;
        const auto scaling = prism::scaling<BY, T>(of.n, epsilon, ddof, is_null, each, total, combined);
        if (is_null && of.is_inside && of.rank() == 0)
            atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(of.first + v));
        return scaling;
    }
}

}  // namespace prism
