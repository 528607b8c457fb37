#include "prism/double_tile.cuh"

namespace prism {

// The covariance of one problem.
template <typename T>
struct Covariance {
    const double* weighted;  // [m, n]
    const T *j, *added;      // [m, n], and [m, m] or none
    T* covariance;           // [m, m]
    uint32_t m, n;

    // Writes half of the two ways' sum for a pair and its mirror image, so that the result is symmetric to the bit.
    __device__ void store(uint32_t row, uint32_t column, double both) const {
        const uint64_t at = uint64_t(row) * m + column, mirrored = uint64_t(column) * m + row;
        if (added) both += double(added[at]) + double(added[mirrored]);
        covariance[at] = covariance[mirrored] = T(0.5 * both);
    }

    // The pairs of a tile of 64 × 64 that lie on the diagonal or above it.
    __device__ void tile(DoubleTile::Space& space, uint32_t i0, uint32_t j0) const {
        DoubleTile product(space);
        const auto lines_of = [&](const auto* matrix, uint32_t first) {
            return [=](uint32_t line, uint64_t k) {
                return first + line < m ? double(matrix[uint64_t(first + line) * n + k]) : 0;
            };
        };
        product.add(n, true, lines_of(weighted, i0), lines_of(j, j0));
        product.add(n, true, lines_of(j, i0), lines_of(weighted, j0));
        product.each([&](uint32_t row, uint32_t column, double both) {
            if (i0 + row <= j0 + column && j0 + column < m) store(i0 + row, j0 + column, both);
        });
    }
};

}  // namespace prism

// A block a tile of 64 × 64 on the diagonal or above it, and its mirror image.
template <typename T>
__device__ void uncertainty_product_tiles(const double* weighted,  // [b, m, n]
                                          const T* j,              // [b, m, n]
                                          const T* q,              // [bq, c, c]
                                          T* covariance,           // [b, m, m]
                                          uint32_t b, uint32_t m, uint32_t n, uint32_t bq, uint32_t c) {
    __shared__ prism::DoubleTile::Space space;
    constexpr uint32_t SIDE = prism::DoubleTile::SIDE;
    const uint32_t tiles = (m + SIDE - 1) / SIDE, pairs = tiles * (tiles + 1) / 2;
    const uint64_t batch = blockIdx.x / pairs;
    // Rows of tiles begin on the diagonal: each has one tile fewer than the row above it.
    uint32_t right = blockIdx.x % pairs, across = tiles;
    while (right >= across) right -= across--;
    const uint32_t top = tiles - across;
    const T* const added = c ? q + (bq == 1 ? 0 : batch * m * m) : nullptr;
    const prism::Covariance<T> of = {
        weighted + batch * m * n, j + batch * m * n, added, covariance + batch * m * m, m, n};
    of.tile(space, top * SIDE, (top + right) * SIDE);
}
