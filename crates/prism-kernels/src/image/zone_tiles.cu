#include "prism/zones.cuh"

namespace prism {

// What is joined within a tile, a bit for each pixel of a row, row y on lane y: which have a zone, and which are joined
// with the one to their left, above them, above to the left and to the right.
struct TileBits {
    unsigned open = 0, left = FULL, up = FULL, up_left = FULL, up_right = FULL;
};

// A tile of an image: x and the rows of it that are inside.
struct Tile {
    uint32_t top, column, rows;
    bool is_inside;
};

// Whether two pixels differ by at most `bound`, in one channel.
template <typename T>
__device__ bool is_near(T a, T b, float bound) {
    return fabsf(float(a) - float(b)) <= bound;
}

// The pixels above `bound` are joined with those above it.
template <typename T>
__device__ TileBits bits_above(const Picture<T>& picture, const Tile& tile, float bound) {
    const unsigned lane = threadIdx.x % 32;
    TileBits bits;
    for (uint32_t first = 0; first < 32; first += 8) {
        T value[8];
#pragma unroll
        for (uint32_t k = 0; k < 8; ++k) {
            const bool is_inside = tile.is_inside && first + k < tile.rows;
            value[k] = is_inside ? picture.image[(tile.top + first + k) * picture.w + tile.column] : T(0);
        }
#pragma unroll
        for (uint32_t k = 0; k < 8; ++k) {
            const bool is_inside = tile.is_inside && first + k < tile.rows;
            const unsigned open = __ballot_sync(FULL, is_inside && float(value[k]) > bound);
            if (lane == first + k) bits.open = open;
        }
    }
    unsigned above = __shfl_up_sync(FULL, bits.open, 1);
    if (lane == 0) above = 0;
    bits.left = bits.open & bits.open << 1, bits.up = bits.open & above;
    bits.up_left = bits.open & above << 1, bits.up_right = bits.open & above >> 1;
    return bits;
}

// Pixels that differ by at most `bound` in every channel are joined.
template <typename T>
__device__ TileBits bits_near(const Picture<T>& picture, const Tile& tile, float bound) {
    const unsigned lane = threadIdx.x % 32;
    const unsigned inside = __ballot_sync(FULL, tile.is_inside);
    TileBits bits;
    for (uint32_t c = 0; c < picture.channels; ++c) {
        const T* const plane = picture.image + size_t(c) * picture.h * picture.w;
        float above = 0;
        for (uint32_t first = 0; first < 32; first += 8) {
            float value[8];
#pragma unroll
            for (uint32_t k = 0; k < 8; ++k) {
                const bool is_inside = tile.is_inside && first + k < tile.rows;
                value[k] = is_inside ? float(plane[(tile.top + first + k) * picture.w + tile.column]) : 0;
            }
#pragma unroll
            for (uint32_t k = 0; k < 8; ++k) {
                const unsigned left = __ballot_sync(FULL, is_near(value[k], __shfl_up_sync(FULL, value[k], 1), bound));
                const unsigned up = __ballot_sync(FULL, is_near(value[k], above, bound));
                const unsigned up_left = __ballot_sync(FULL, is_near(value[k], __shfl_up_sync(FULL, above, 1), bound));
                const unsigned up_right =
                    __ballot_sync(FULL, is_near(value[k], __shfl_down_sync(FULL, above, 1), bound));
                above = value[k];
                if (lane != first + k) continue;
                bits.left &= left, bits.up &= up, bits.up_left &= up_left, bits.up_right &= up_right;
            }
        }
    }
    bits.open = lane < tile.rows ? inside : 0;
    bits.left &= bits.open & ~1u, bits.up &= bits.open;
    bits.up_left &= bits.open & ~1u, bits.up_right &= bits.open & bits.open >> 1;
    if (lane == 0) bits.up = bits.up_left = bits.up_right = 0;
    return bits;
}

// Goes through the rows: their runs are trees, joined with those above that they touch. A pair is left out where both
// of its pixels are joined with those of another pair of the same rows. All lanes must call it.
__device__ inline void join_rows(uint32_t* forest, const TileBits& bits, uint32_t connectivity) {
    const uint32_t x = threadIdx.x % 32;
    for (uint32_t y = 0; y < 32; ++y) {
        const unsigned left = __shfl_sync(FULL, bits.left, y), up = __shfl_sync(FULL, bits.up, y);
        const unsigned left_above = __shfl_sync(FULL, bits.left, max(y, 1u) - 1), beside_left = left & up << 1;
        const uint32_t t = 32 * y + x;
        forest[t] = 32 * y + 31 - __clz(~left & (FULL >> (31 - x)));
        const unsigned straight = up & ~(beside_left & left_above);
        unsigned up_left = 0, up_right = 0;
        if (connectivity == 8) {
            up_left = __shfl_sync(FULL, bits.up_left, y) & ~(up & left_above) & ~beside_left;
            up_right = __shfl_sync(FULL, bits.up_right, y) & ~(up & left_above >> 1) & ~(left >> 1 & up >> 1);
        }
        __syncwarp();
        if ((straight | up_left | up_right) == 0) continue;
        if (straight >> x & 1) join_trees(forest, t, t - 32);
        if (up_left >> x & 1) join_trees(forest, t, t - 33);
        if (up_right >> x & 1) join_trees(forest, t, t - 31);
        __syncwarp();
        const uint32_t root = root_of(forest, t);
        __syncwarp();
        forest[t] = root;
    }
    __syncwarp();
}

}  // namespace prism

// A warp has a tile.
template <typename T>
__device__ void zone_tiles(const T* image,  // [b, channels * h, w]
                           uint32_t* zone,  // [b, h, w]
                           uint32_t channels, uint32_t mode, double bound, uint32_t connectivity, uint32_t b,
                           uint32_t w, uint32_t h) {
    __shared__ uint32_t forests[4][1024];
    uint32_t* const forest = forests[threadIdx.x / 32];
    const uint32_t across = (w + 31) / 32, tiles = across * ((h + 31) / 32), x = threadIdx.x % 32;
    const uint32_t at = blockIdx.x * 4 + threadIdx.x / 32, which = at / tiles;
    if (which >= b) return;
    const uint32_t top = at % tiles / across * 32, column = at % tiles % across * 32 + x;
    const prism::Tile tile{top, column, h - top, column < w};
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);
    // A float is above a double where it is above the next float below.
    const float limit = __double2float_rd(bound);
    const prism::TileBits bits =
        mode == 0 ? prism::bits_above(picture, tile, limit) : prism::bits_near(picture, tile, limit);

    prism::join_rows(forest, bits, connectivity);

#pragma unroll 4
    for (uint32_t y = 0; y < 32; ++y) {
        const unsigned open = __shfl_sync(prism::FULL, bits.open, y);
        const uint32_t root = prism::root_of(forest, 32 * y + x), u = which * h * w + (top + y) * w + column;
        const uint32_t first = u - (y - root / 32) * w + root % 32 - x;
        if (y < tile.rows && tile.is_inside) zone[u] = open >> x & 1 ? first : prism::NO_ZONE;
    }
}
