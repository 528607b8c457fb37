#include "prism/rows.cuh"

namespace prism {

__device__ inline double sigmoid(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }

// The activation of that number: none, relu, gelu, gelu by tanh, sigmoid, tanh, silu.
__device__ inline double activate(double x, uint32_t activation) {
    const bool is_lowest = x == -__builtin_huge_val();
    switch (activation) {
        case 1:
            return x < 0 ? 0 : x;
        case 2:
            return is_lowest ? -0.0 : 0.5 * x * erfc(-0.7071067811865476 * x);
        case 3:
            return is_lowest ? -0.0 : x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x));
        case 4:
            return sigmoid(x);
        case 5:
            return tanh(x);
        case 6:
            return is_lowest ? -0.0 : x * sigmoid(x);
        default:
            return x;
    }
}

}  // namespace prism

// A thread, a few, a warp or a block a row or part; x comes from the caches.
template <typename T>
__device__ void gemv_rows(const T* a,  // [g, m, n]
                          const T* x,  // [h, n]
                          const T* y,  // [e, m]
                          T* out,      // [b, m, parts]
                          double alpha, double beta, uint32_t activation, uint32_t g, uint32_t m, uint32_t n,
                          uint32_t h, uint32_t e, uint32_t b, uint32_t parts) {
    using Pair = prism::Two<T>;
    const prism::RowPart part(uint64_t(b) * m, n, parts);
    const uint64_t batch = part.row / m, i = part.row % m;
    const T *row = a + ((g > 1 ? batch : 0) * m + i) * n, *vector = x + (h > 1 ? batch : 0) * n;
    double mine = 0;
    part.each([&](uint64_t j) { return Pair{row[j], vector[j]}; }, [&](Pair p) { mine += double(p.a) * double(p.b); });
    const double sum = part.sum(mine);
    if (!part.writes()) return;
    const double shifted = alpha * sum + (e > 0 ? beta * double(y[(e > 1 ? batch : 0) * m + i]) : 0.0);
    out[part.item] = T(parts > 1 ? sum : prism::activate(shifted, activation));
}
