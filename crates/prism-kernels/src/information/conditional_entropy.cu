#include "prism/joint.cuh"

// A thread, a warp or a block a table, by its size; the second reading comes from the caches.
template <typename T>
__device__ void conditional_entropy(const T* joint,   // [r, a, b]
                                    double* entropy,  // [r]
                                    double base, uint32_t normalize_input, uint32_t r, uint32_t a, uint32_t b) {
    const uint64_t cells = uint64_t(a) * b;
    const prism::RowShare share(cells);
    if (share.row >= r) return;
    const prism::Joint<T> table = {joint + share.row * cells, a, b};
    const auto x = table.x(share), xy = table.cells(share);
    if (share.writes()) entropy[share.row] = (xy.nats(normalize_input) - x.nats(normalize_input)) / log(base);
}
