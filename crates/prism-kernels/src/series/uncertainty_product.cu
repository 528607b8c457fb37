#include <cstdint>

// A thread an element. The two halves are summed in one order, so that the result is symmetric to the bit.
template <typename T>
__device__ void uncertainty_product(const double* weighted,  // [b, m, n]
                                    const T* j,              // [b, m, n]
                                    const T* q,              // [bq, c, c]
                                    T* covariance,           // [b, m, m]
                                    uint32_t b, uint32_t m, uint32_t n, uint32_t bq, uint32_t c) {
    const uint64_t e = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e >= uint64_t(b) * m * m) return;
    const uint64_t batch = e / m / m, row = e / m % m, column = e % m;
    const T* added = q + (bq == 1 ? 0 : batch * m * m);
    const auto one_way = [&](uint64_t from, uint64_t to) {
        const uint64_t left = (batch * m + from) * n, right = (batch * m + to) * n;
        double sum = 0;
        for (uint32_t k = 0; k < n; ++k) sum += weighted[left + k] * double(j[right + k]);
        return c == 0 ? sum : sum + double(added[from * m + to]);
    };
    covariance[e] = T(0.5 * (one_way(row, column) + one_way(column, row)));
}
