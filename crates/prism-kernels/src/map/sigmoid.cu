#include "prism/map.cuh"

template <typename T>
__device__ void sigmoid(const T* x,  // [n]
                        T* y,        // [n]
                        uint64_t n) {
    auto sigmoid = [](auto x) {
        const auto e = exp(-abs(x));  // never overflows
        return (x < 0 ? e : 1) / (1 + e);
    };
    prism::map(sigmoid, n, y, x);
}
