#include "prism/flat.cuh"
#include "prism/pack.cuh"

namespace prism {

// V neighbours of a row at a time.
template <int V, typename I, typename T>
__device__ void scale_columns(const T* j, const T* variances, double* weighted, I size, I of_one, I n) {
    struct Terms {
        Pack<T, V> j, variances;
    };
    flat<V, 4>(
        size,
        [&](I e) {
            const T* const row = variances + uint64_t(e / of_one) * n + e % n;
            return Terms{*reinterpret_cast<const Pack<T, V>*>(j + e), *reinterpret_cast<const Pack<T, V>*>(row)};
        },
        [&](I e, const Terms& terms) {
            Pack<double, V> products;
#pragma unroll
            for (int v = 0; v < V; ++v) products.at[v] = double(terms.j.at[v]) * double(terms.variances.at[v]);
            *reinterpret_cast<Pack<double, V>*>(weighted + e) = products;
        });
}

}  // namespace prism

template <typename T>
__device__ void uncertainty_scaled(const T* j,          // [b, m, n]
                                   const T* variances,  // [b, n]
                                   double* weighted,    // [b, m, n]
                                   uint32_t b, uint32_t m, uint32_t n) {
    constexpr int V = 2;  // so that a thread writes 16 bytes
    const uint64_t of_one = uint64_t(m) * n, size = b * of_one;
    prism::counted(size, [&](auto zero) {
        using I = decltype(zero);
        if (n % V == 0)
            prism::scale_columns<V>(j, variances, weighted, I(size), I(of_one), I(n));
        else
            prism::scale_columns<1>(j, variances, weighted, I(size), I(of_one), I(n));
    });
}
