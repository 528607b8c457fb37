#include "prism/pack.cuh"

namespace prism {

// C neighbours of a row of the covariance, their terms by packs of V; C divides m, V divides n. Both halves of an
// element are summed in one order, so that the result is symmetric to the bit.
template <int C, int V, typename T>
__device__ void meet_columns(const double* weighted, const T* j, const T* added, T* covariance, uint64_t e, uint32_t m,
                             uint32_t n, bool one_added) {
    const uint64_t line = e >> 32 ? e / m : uint32_t(e) / m, batch = line >> 32 ? line / m : uint32_t(line) / m;
    const uint32_t row = uint32_t(line - batch * m), column = uint32_t(e - line * m);
    const uint64_t of_row = line * n, of_column = (batch * m + column) * n;
    double one[C] = {}, other[C] = {};
    constexpr int UNROLL = V == 1 ? 4 : 1;  // of scalars several are on their way at once
#pragma unroll UNROLL
    for (uint32_t k = 0; k < n; k += V) {
        const auto left = *reinterpret_cast<const Pack<double, V>*>(weighted + of_row + k);
        const auto right = *reinterpret_cast<const Pack<T, V>*>(j + of_row + k);
#pragma unroll
        for (int c = 0; c < C; ++c) {
            const uint64_t at = of_column + uint64_t(c) * n + k;
            const auto down = *reinterpret_cast<const Pack<double, V>*>(weighted + at);
            const auto across = *reinterpret_cast<const Pack<T, V>*>(j + at);
#pragma unroll
            for (int v = 0; v < V; ++v) {
                one[c] += left.at[v] * double(across.at[v]);
                other[c] += down.at[v] * double(right.at[v]);
            }
        }
    }
    Pack<T, C> made;
#pragma unroll
    for (int c = 0; c < C; ++c) {
        if (added) {
            const T* const q = added + (one_added ? 0 : batch * m * m);
            one[c] += double(q[uint64_t(row) * m + column + c]);
            other[c] += double(q[uint64_t(column + c) * m + row]);
        }
        made.at[c] = T(0.5 * (one[c] + other[c]));
    }
    *reinterpret_cast<Pack<T, C>*>(covariance + e) = made;
}

}  // namespace prism

// A thread four elements, two at a time where rows are pairs and their terms whole packs of 16 bytes.
template <typename T>
__device__ void uncertainty_product(const double* weighted,  // [b, m, n]
                                    const T* j,              // [b, m, n]
                                    const T* q,              // [bq, c, c]
                                    T* covariance,           // [b, m, m]
                                    uint32_t b, uint32_t m, uint32_t n, uint32_t bq, uint32_t c) {
    constexpr uint32_t EACH = 4, C = 2, V = 16 / sizeof(T);
    const uint64_t size = uint64_t(b) * m * m, first = uint64_t(blockIdx.x) * (EACH * blockDim.x);
    const uint32_t count = uint32_t(min(size - min(first, size), uint64_t(EACH) * blockDim.x));
    const T* const added = c ? q : nullptr;
    if (m % C == 0 && n % V == 0) {
        for (uint32_t i = threadIdx.x * C; i < count; i += blockDim.x * C)
            prism::meet_columns<C, V>(weighted, j, added, covariance, first + i, m, n, bq == 1);
    } else {
        for (uint32_t i = threadIdx.x; i < count; i += blockDim.x)
            prism::meet_columns<1, 1>(weighted, j, added, covariance, first + i, m, n, bq == 1);
    }
}
