#include <cstdint>

namespace {

// Classes in the order of dimension, birth, death and pixels. No two of an image are equal.
struct Classes {
    const int32_t* dim;
    const float *birth, *death;
    const int64_t *birth_pixel, *death_pixel;

    __device__ bool before(uint32_t i, uint32_t j) const {
        if (dim[i] != dim[j]) return dim[i] < dim[j];
        if (birth[i] != birth[j]) return birth[i] < birth[j];
        if (death[i] != death[j]) return death[i] < death[j];
        if (birth_pixel[i] != birth_pixel[j]) return birth_pixel[i] < birth_pixel[j];
        return death_pixel[i] < death_pixel[j];
    }

    // How many of the sorted classes from `begin` to `end` come before class i.
    __device__ uint32_t rank(uint32_t i, uint32_t begin, uint32_t end) const {
        uint32_t low = begin, high = end;
        while (low < high) {
            const uint32_t middle = low + (high - low) / 2;
            if (before(middle, i))
                low = middle + 1;
            else
                high = middle;
        }
        return low - begin;
    }
};

// The image whose classes hold class i: the last that begins at or before it.
__device__ uint32_t image_of(const int64_t* first, uint32_t b, uint32_t i) {
    uint32_t low = 0, high = b;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (first[middle] <= i)
            low = middle;
        else
            high = middle;
    }
    return low;
}

}  // namespace

// One thread a class: it stands behind those of its own run, and those of the other, that come before it.
__device__ void persistence_order(const int64_t* first,        // [c]
                                  const int32_t* dim,          // [p]
                                  const float* birth,          // [p]
                                  const float* death,          // [p]
                                  const int64_t* birth_pixel,  // [p]
                                  const int64_t* death_pixel,  // [p]
                                  int32_t* dim_after,          // [p]
                                  float* birth_after,          // [p]
                                  float* death_after,          // [p]
                                  int64_t* birth_pixel_after,  // [p]
                                  int64_t* death_pixel_after,  // [p]
                                  uint64_t run, uint32_t c, uint32_t p) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (thread >= p) return;
    const uint32_t i = uint32_t(thread), image = image_of(first, c - 1, i);
    const uint64_t begin = first[image], end = first[image + 1], both = begin + (i - begin) / (2 * run) * (2 * run);
    const uint64_t middle = min(both + run, end), last = min(both + 2 * run, end);
    const Classes classes{dim, birth, death, birth_pixel, death_pixel};
    const uint64_t from = i < middle ? middle : both, until = i < middle ? last : middle;
    const uint64_t to = both + (i - (i < middle ? both : middle)) + classes.rank(i, uint32_t(from), uint32_t(until));
    dim_after[to] = dim[i];
    birth_after[to] = birth[i];
    death_after[to] = death[i];
    birth_pixel_after[to] = birth_pixel[i];
    death_pixel_after[to] = death_pixel[i];
}
