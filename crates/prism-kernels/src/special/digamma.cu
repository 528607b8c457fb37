#include "prism/digamma.cuh"
#include "prism/elements.cuh"

// A thread that meets numbers that are not normal goes through its elements once more.
template <typename T>
__device__ void digamma(const T* x,  // [n]
                        T* y,        // [n]
                        uint32_t n) {
    bool all_normal = true;
    prism::each_element<8, 2>(n, x, y, [&](T x, uint64_t) {
        all_normal &= prism::is_normal(x);
        return prism::psi_normal(x);
    });
    if (all_normal) return;
    prism::each_element<8, 1>(n, x, y, [](T x, uint64_t) {
        return prism::is_normal(x) ? prism::psi_normal(x) : T(prism::digamma(double(x)));
    });
}
