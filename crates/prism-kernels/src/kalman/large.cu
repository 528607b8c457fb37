#include "prism/kalman.cuh"

// A block a filter, its matrices in scratch.
template <typename T>
__device__ void kalman_large(const T* x,        // [b, n]
                             const T* p,        // [b, n, n]
                             const T* f,        // [bf, n, n]
                             const T* q,        // [bq, n, n]
                             const T* h,        // [bh, m, n]
                             const T* r,        // [br, m, m]
                             const T* control,  // [bc, n, l]
                             const T* u,        // [t, b, l]
                             const T* z,        // [t, b, m]
                             T* x_next,         // [t, b, n]
                             T* p_next,         // [t, b, n, n]
                             T* y,              // [t, b, m]
                             T* s,              // [t, b, m, m]
                             T* k,              // [t, b, n, m]
                             T* ll,             // [t, b]
                             uint64_t* status,  // [1]
                             double* scratch,   // [b, 3n² + 2nm + m² + 2n + 2m]
                             uint32_t joseph, uint32_t b, uint32_t n, uint32_t bf, uint32_t bq, uint32_t bh, uint32_t m,
                             uint32_t br, uint32_t bc, uint32_t l, uint32_t t) {
    const prism::Kalman<T> filter = {x,  p,      f,      q, h, r,  control, u,  z, x_next, p_next, y, s, k,
                                     ll, status, joseph, b, n, bf, bq,      bh, m, br,     bc,     l, t};
    filter.by_block(scratch);
}
