#include <cstdint>

// A thread an element.
template <typename T>
__device__ void correlation(const T* covariance,  // [b, m, m]
                            T* rho,               // [b, m, m]
                            uint32_t b, uint32_t m) {
    const uint64_t e = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e >= uint64_t(b) * m * m) return;
    const uint64_t row = e / m % m, column = e % m;
    const T* first = covariance + e / m / m * m * m;
    const double a = double(first[row * m + row]), z = double(first[column * m + column]);
    const double value = row == column ? 1 : double(covariance[e]) / (sqrt(a) * sqrt(z));
    rho[e] = T(a > 0 && z > 0 ? value : nan(""));
}
