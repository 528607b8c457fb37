#include <cstdint>

// A thread an element.
template <typename T>
__device__ void uncertainty_scaled(const T* j,          // [b, m, n]
                                   const T* variances,  // [b, n]
                                   double* weighted,    // [b, m, n]
                                   uint32_t b, uint32_t m, uint32_t n) {
    const uint64_t e = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e >= uint64_t(b) * m * n) return;
    weighted[e] = double(j[e]) * double(variances[e / n / m * n + e % n]);
}
