// What columns are divided by.
#pragma once
#include "prism/column.cuh"
#include "prism/normalize.cuh"

namespace prism {

// The scaling of column v of those that threads hold; `pass` calls a function with all rows held, some at a time.
// `fault` becomes the complement of the place of the first whose sum is 0.
template <int BY, typename T, int V, typename Pass>
__device__ Scaling<T> scaling_of_column(Columns<T, V>& of, int v, uint64_t* fault, double epsilon, uint32_t ddof,
                                        Pass pass) {
    const auto each = [&](auto f) { pass([&] { of.each(v, f); }); };
    const auto combined = [&](double value, auto f) { return of.combined(value, f); };
    bool is_null = false;
    const auto scaling = prism::scaling<BY, T>(of.n, epsilon, ddof, is_null, each, combined);
    if (is_null && of.is_inside && of.rank() == 0)
        atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(of.first + v));
    return scaling;
}

}  // namespace prism
