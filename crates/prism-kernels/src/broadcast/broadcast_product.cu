#include "prism/broadcast.cuh"

template <typename T, int AXES>
__device__ void broadcast_product(const T* a,  // [the extents of c that a_along names]
                                  const T* b,  // [the extents of c that b_along names]
                                  T* c,        // [c0, c1, c2, c3, c4, c5, c6, c7]
                                  uint32_t a_along, uint32_t b_along, uint32_t axes, uint64_t c0, uint64_t c1,
                                  uint64_t c2, uint64_t c3, uint64_t c4, uint64_t c5, uint64_t c6, uint64_t c7) {
    const uint64_t extents[8] = {c0, c1, c2, c3, c4, c5, c6, c7};
    prism::broadcast<AXES ? AXES : 8>(extents, a_along, b_along, [](auto a, auto b) { return a * b; }, c, a, b);
}
