#include "prism/normalize.cuh"
#include "prism/row.cuh"

// A block a row.
template <typename T, int BY>
__device__ void normalize_long_rows(const T* x,       // [r, n]
                                    T* y,             // [r, n]
                                    uint64_t* fault,  // [1]
                                    double epsilon, uint32_t by, uint32_t ddof, uint32_t form, uint64_t r, uint32_t n) {
    const auto rows = [&](auto outside, auto f) { prism::each_long_row(x, r, n, outside, f); };
    prism::normalize<BY>(rows, y, fault, epsilon, ddof, r, n);
}
