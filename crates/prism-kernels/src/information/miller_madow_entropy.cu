#include "prism/entropy.cuh"

// A thread, a warp or a block a row, by its length.
template <typename T>
__device__ void miller_madow_entropy(const T* counts,  // [r, n]
                                     double* entropy,  // [r]
                                     double base, uint32_t r, uint32_t n) {
    const prism::RowShare share(n);
    if (share.row >= r) return;
    const T* bins = counts + share.row * n;
    const auto all = share.entropy<double, 16>(n, [&](uint64_t i) { return double(bins[i]); });
    if (!share.writes()) return;
    const double correction = (double(all.filled) - 1) / (2 * all.total);
    entropy[share.row] = (all.nats(true) + correction) / log(base);
}
