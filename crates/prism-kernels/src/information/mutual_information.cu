#include "prism/joint.cuh"

// A thread, a warp or a block a table, by its size; the second and third reading come from the caches.
template <typename T>
__device__ void mutual_information(const T* joint,       // [r, a, b]
                                   double* information,  // [r]
                                   double base, uint32_t normalize_input, uint32_t correction, uint32_t r, uint32_t a,
                                   uint32_t b) {
    const uint64_t cells = uint64_t(a) * b;
    const prism::RowShare share(cells);
    if (share.row >= r) return;
    const prism::Joint<T> table = {joint + share.row * cells, a, b};
    const auto x = table.x(share), y = table.y(share), xy = table.cells(share);
    if (!share.writes()) return;
    double nats = x.nats(normalize_input) + y.nats(normalize_input) - xy.nats(normalize_input);
    if (correction) nats += (double(x.filled) + double(y.filled) - double(xy.filled) - 1) / (2 * xy.total);
    information[share.row] = nats / log(base);
}
