#include "prism/zones.cuh"

namespace prism {

// A square of an image w wide, cut into tiles. Pixels are numbered as in the batch, of which the image begins at
// `base`.
struct Seams {
    uint32_t base, w, top, left, height, width, tile;

    __device__ uint32_t horizontal() const { return (height - 1) / tile * width; }
    __device__ uint32_t count() const { return horizontal() + (width - 1) / tile * height; }

    // A pixel below a horizontal seam or to the right of a vertical one.
    struct Place {
        uint32_t row, column;
        bool is_below;
    };
    __device__ Place place(uint32_t s) const {
        const bool is_below = s < horizontal();
        const uint32_t at = is_below ? s : s - horizontal(), along = is_below ? width : height;
        const uint32_t seam = (at / along + 1) * tile;
        return {top + (is_below ? seam : at % along), left + (is_below ? at % along : seam), is_below};
    }

    // The pixels beside the seams: 2·count.
    __device__ uint32_t beside(uint32_t s) const {
        const Place of = place(s < count() ? s : s - count());
        const uint32_t p = base + of.row * w + of.column;
        return s < count() ? p : of.is_below ? p - w : p - 1;
    }

    // Calls point(p, its parent, its root) for those pixels that have a zone, four of a thread on their ways at once.
    template <typename Forest, typename Point>
    __device__ void each(Forest forest, Point point) const {
        for (uint32_t s = threadIdx.x; s < 2 * count(); s += 4 * blockDim.x) {
            uint32_t parent[4], root[4];
#pragma unroll
            for (uint32_t k = 0; k < 4; ++k) {
                const uint32_t at = s + k * blockDim.x;
                root[k] = NO_ZONE;
                if (at < 2 * count()) root[k] = forest[beside(at)];
                parent[k] = root[k];
            }
            for (bool moves = true; moves;) {
                moves = false;
#pragma unroll
                for (uint32_t k = 0; k < 4; ++k) {
                    if (root[k] == NO_ZONE) continue;
                    const uint32_t next = forest[root[k]];
                    moves |= next != root[k];
                    root[k] = next;
                }
            }
#pragma unroll
            for (uint32_t k = 0; k < 4; ++k) {
                if (root[k] != NO_ZONE) point(beside(s + k * blockDim.x), parent[k], root[k]);
            }
        }
    }
};

}  // namespace prism

// A block has a square. The pixels beside its seams point to their roots; those that touch are joined; then the roots
// of before and those pixels point to the roots of now, so that what is left does not tell in which order they were
// joined.
template <typename T>
__device__ void zone_seams(const T* image,  // [b, channels * h, w]
                           uint32_t* zone,  // [b, h, w]
                           uint32_t tile, uint32_t square, uint32_t channels, uint32_t mode, double bound,
                           uint32_t connectivity, uint32_t b, uint32_t w, uint32_t h) {
    const uint32_t across = (w - 1) / square + 1, squares = across * ((h - 1) / square + 1);
    const uint32_t which = blockIdx.x / squares, at = blockIdx.x % squares, base = which * h * w;
    const uint32_t top = at / across * square, left = at % across * square;
    const prism::Seams seams{base, w, top, left, min(square, h - top), min(square, w - left), tile};
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);
    const int reach = connectivity == 8 ? 1 : 0;

    seams.each(zone, [&](uint32_t u, uint32_t, uint32_t root) { zone[u] = root; });
    __syncthreads();
    for (uint32_t s = threadIdx.x; s < seams.count(); s += blockDim.x) {
        const auto place = seams.place(s);
        const uint32_t p = place.row * w + place.column;
        for (int k = -reach; k <= reach; ++k) {
            const uint32_t y = place.row + (place.is_below ? -1 : k), x = place.column + (place.is_below ? k : -1);
            if (y - top >= seams.height || x - left >= seams.width) continue;
            const uint32_t q = y * w + x;
            if (picture.joined(p, q, mode, bound)) prism::join_trees(zone, base + p, base + q);
        }
    }
    __syncthreads();
    seams.each(static_cast<volatile uint32_t*>(zone),
               [&](uint32_t u, uint32_t parent, uint32_t root) { zone[parent] = zone[u] = root; });
}
