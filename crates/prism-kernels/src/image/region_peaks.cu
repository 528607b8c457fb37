#include <cstdint>

// One thread a number: the bits of the largest finite magnitude of each image.
template <typename T>
__device__ void region_peaks(const T* image,  // [b, rows, w]
                             uint32_t* peak,  // [b]
                             uint32_t b, uint32_t rows, uint32_t w) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const bool known = u < uint64_t(b) * rows * w;
    const float size = known ? fabsf(float(image[u])) : 0.0f;
    const uint32_t bits = isfinite(size) ? __float_as_uint(size) : 0, which = known ? u / (uint64_t(rows) * w) : ~0u;
    const unsigned together = __match_any_sync(~0u, which);
    const uint32_t largest = __reduce_max_sync(together, bits);
    if (known && threadIdx.x % 32 == __ffs(together) - 1) atomicMax(peak + which, largest);
}
