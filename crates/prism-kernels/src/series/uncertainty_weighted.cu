#include <cstdint>

// A thread an element; the threads of a row read Σ side by side.
template <typename T>
__device__ void uncertainty_weighted(const T* j,        // [b, m, n]
                                     const T* sigma,    // [b, n, n]
                                     double* weighted,  // [b, m, n]
                                     uint32_t b, uint32_t m, uint32_t n) {
    const uint64_t e = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e >= uint64_t(b) * m * n) return;
    const uint64_t row = e / n, column = e % n;
    const T* of_row = j + row * n;
    const T* of_column = sigma + row / m * n * n + column;
    double sum = 0;
    for (uint32_t l = 0; l < n; ++l) sum += double(of_row[l]) * double(of_column[uint64_t(l) * n]);
    weighted[e] = sum;
}
