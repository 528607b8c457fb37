#include "prism/cells.cuh"

// A block a part.
template <typename T>
__device__ void shannon_entropy_parts(const T* p,  // [r, n]
                                      T* parts,    // [r, s, 2]
                                      uint32_t r, uint32_t n, uint32_t s) {
    const uint64_t row = blockIdx.x / s, part = blockIdx.x % s, length = (uint64_t(n) + s - 1) / s;
    if (row >= r) return;
    const uint64_t begin = min(part * length, uint64_t(n)), end = min(begin + length, uint64_t(n));
    const bool has_packs = n % 4 == 0 && length % 4 == 0;
    const auto all = prism::block_entropy<false, T>(p + row * n + begin, end - begin, has_packs);
    if (threadIdx.x != 0) return;
    parts[uint64_t(blockIdx.x) * 2] = T(all.total);
    parts[uint64_t(blockIdx.x) * 2 + 1] = T(all.sum + 0 * all.total);
}
