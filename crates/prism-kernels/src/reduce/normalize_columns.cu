#include "prism/column_scaling.cuh"

template <typename T, int BY>
__device__ void normalize_columns(const T* x,       // [o, n, i]
                                  T* y,             // [o, n, i]
                                  uint64_t* fault,  // [1]
                                  double epsilon, uint32_t by, uint32_t ddof, uint32_t width, uint64_t o, uint64_t n,
                                  uint64_t i) {
    using W = prism::computed<T>;
    prism::with_whole_columns(x, T(0.0f), width, o * i, n, i, [&](auto& of) {
        constexpr int V = sizeof(T) == 2 ? 2 : 1;
        prism::Scaling<T> scalings[V];
#pragma unroll
        for (int v = 0; v < V; ++v)
            scalings[v] = prism::scaling_of_column<BY>(of, v, fault, epsilon, ddof, [](auto f) { f(); });
        of.store(y, [&](W value, int v) { return scalings[v](value); });
    });
}
