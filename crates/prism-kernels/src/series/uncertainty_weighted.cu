#include "prism/pack.cuh"

namespace prism {

// V neighbours of a row of J·Σ; V is 1 or divides n.
template <int V, typename T>
__device__ void weigh_columns(const T* j, const T* sigma, double* weighted, uint64_t e, uint32_t m, uint32_t n) {
    const uint64_t row = e >> 32 ? e / n : uint32_t(e) / n, batch = row >> 32 ? row / m : uint32_t(row) / m;
    const T *of_row = j + row * n, *of_columns = sigma + batch * n * n + (e - row * n);
    Pack<double, V> sums = {};
    constexpr int UNROLL = V == 1 ? 4 : 1;  // of scalars several are on their way at once
#pragma unroll UNROLL
    for (uint32_t l = 0; l < n; l += V) {
        const auto left = *reinterpret_cast<const Pack<T, V>*>(of_row + l);
        Pack<T, V> right[V];
#pragma unroll
        for (int r = 0; r < V; ++r) right[r] = *reinterpret_cast<const Pack<T, V>*>(of_columns + uint64_t(l + r) * n);
#pragma unroll
        for (int r = 0; r < V; ++r) {
#pragma unroll
            for (int v = 0; v < V; ++v) sums.at[v] += double(left.at[r]) * double(right[r].at[v]);
        }
    }
    *reinterpret_cast<Pack<double, V>*>(weighted + e) = sums;
}

}  // namespace prism

// A thread four elements, in packs of 16 bytes where rows are whole packs.
template <typename T>
__device__ void uncertainty_weighted(const T* j,        // [b, m, n]
                                     const T* sigma,    // [b, n, n]
                                     double* weighted,  // [b, m, n]
                                     uint32_t b, uint32_t m, uint32_t n) {
    constexpr uint32_t EACH = 4, V = 16 / sizeof(T);
    const uint64_t size = uint64_t(b) * m * n, first = uint64_t(blockIdx.x) * (EACH * blockDim.x);
    const uint32_t count = uint32_t(min(size - min(first, size), uint64_t(EACH) * blockDim.x));
    if (n % V == 0) {
        for (uint32_t i = threadIdx.x * V; i < count; i += blockDim.x * V)
            prism::weigh_columns<V>(j, sigma, weighted, first + i, m, n);
    } else {
        for (uint32_t i = threadIdx.x; i < count; i += blockDim.x)
            prism::weigh_columns<1>(j, sigma, weighted, first + i, m, n);
    }
}
