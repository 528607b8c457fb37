#include "prism/weights.cuh"

// A warp a row.
template <typename T>
__device__ void network_degree(const T* a,                // [ar, ac]
                               const int32_t* row_start,  // [rs]
                               const int32_t* column,     // [nz]
                               const T* value,            // [nz]
                               T* degree,                 // [n]
                               uint32_t* status,          // [1]
                               uint32_t ar, uint32_t ac, uint32_t rs, uint32_t nz, uint32_t n) {
    const uint64_t i = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (i >= n) return;
    const prism::Weights<T> weights = {a, row_start, column, value, n, nz, rs == 0};
    double sum = 0;
    const bool inside = weights.each(uint32_t(i), [&](uint32_t, T weight) { sum += double(weight); });
    sum = prism::warp_sum(sum);
    if (threadIdx.x % 32) return;
    degree[i] = T(sum);
    if (!inside) atomicOr(status, 1u);
}
