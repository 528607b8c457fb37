#include "prism/double_tile.cuh"

// A block a tile of 64 × 64.
template <typename T>
__device__ void uncertainty_weighted_tiles(const T* j,        // [b, m, n]
                                           const T* sigma,    // [b, n, n]
                                           double* weighted,  // [b, m, n]
                                           uint32_t b, uint32_t m, uint32_t n) {
    __shared__ prism::DoubleTile::Space space;
    constexpr uint32_t SIDE = prism::DoubleTile::SIDE;
    const uint32_t across = (n + SIDE - 1) / SIDE, down = (m + SIDE - 1) / SIDE, tile = blockIdx.x % (across * down);
    const uint32_t i0 = tile / across * SIDE, j0 = tile % across * SIDE;
    const uint64_t batch = blockIdx.x / (across * down);
    const T *const left = j + batch * m * n, *const right = sigma + batch * n * n;
    prism::DoubleTile product(space);
    product.add(
        n, false,
        [&](uint32_t line, uint64_t k) { return i0 + line < m ? double(left[uint64_t(i0 + line) * n + k]) : 0; },
        [&](uint32_t line, uint64_t k) { return j0 + line < n ? double(right[k * n + j0 + line]) : 0; });
    product.each([&](uint32_t row, uint32_t column, double sum) {
        const uint32_t i = i0 + row, l = j0 + column;
        if (i < m && l < n) weighted[(batch * m + i) * n + l] = sum;
    });
}
