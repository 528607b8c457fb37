#include "prism/fold.cuh"

// A block a row.
template <typename T>
__device__ void dot_join(const double* sums,  // [r, parts, 2]
                         T* y,                // [r]
                         uint64_t r, uint32_t parts) {
    using Sum = prism::Fold<double, prism::SUM>;
    const uint64_t row = blockIdx.x;
    const double2* const from = reinterpret_cast<const double2*>(sums) + row * parts;
    prism::State re = Sum::none(), im = Sum::none();
    for (uint32_t k = threadIdx.x; k < parts; k += blockDim.x) {
        const double2 next = from[k];
        prism::accumulate(re, next.x);
        prism::accumulate(im, next.y);
    }
    const double real = Sum::result(prism::joined_by_group<Sum>(re, blockDim.x), parts);
    const double imaginary = Sum::result(prism::joined_by_group<Sum>(im, blockDim.x), parts);
    if (threadIdx.x == 0) prism::to_element(double2{real, imaginary}, y + row);
}
