#include "prism/map.cuh"

template <typename T>
__device__ void vector_add(const T* a,  // [n]
                           const T* b,  // [n]
                           T* c,        // [n]
                           double alpha, double beta, uint64_t n) {
    // In double, so that sums of products that nearly cancel keep their digits.
    auto sum = [=](auto a, auto b) { return decltype(a)(fma(alpha, double(a), beta * double(b))); };
    prism::map(sum, n, c, a, b);
}
