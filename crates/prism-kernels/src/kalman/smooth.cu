#include "prism/kalman_smoother.cuh"

// A thread a filter at compiled sizes, else a block a filter.
template <typename T, int N>
__device__ void kalman_smooth(const T* x,        // [t, b, n]
                              const T* p,        // [t, b, n, n]
                              const T* f,        // [bf, n, n]
                              const T* q,        // [bq, n, n]
                              const T* control,  // [bc, n, l]
                              const T* u,        // [t, b, l]
                              T* x_smooth,       // [t, b, n]
                              T* p_smooth,       // [t, b, n, n]
                              uint64_t* status,  // [1]
                              uint32_t t, uint32_t b, uint32_t n, uint32_t bf, uint32_t bq, uint32_t bc, uint32_t l) {
    const prism::Smoother<T> smoother = {x, p, f, q, control, u, x_smooth, p_smooth, status, t, b, n, bf, bq, bc, l};
    if constexpr (N > 0)
        smoother.template by_thread<N>();
    else
        smoother.by_block();
}
