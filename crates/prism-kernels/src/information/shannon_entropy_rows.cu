#include "prism/entropy.cuh"

// A thread, a warp or a block a row, by its length.
template <typename T>
__device__ void shannon_entropy_rows(const T* p,  // [r, n]
                                     T* entropy,  // [r]
                                     double base, uint32_t normalize_input, uint32_t r, uint32_t n) {
    const prism::RowShare share(n);
    if (share.row >= r) return;
    const T* cells = p + share.row * n;
    const auto all = share.entropy<T, 16>(n, [&](uint64_t i) { return prism::cell(cells[i]); });
    if (share.writes()) entropy[share.row] = T(all.nats(normalize_input) / log(base));
}
