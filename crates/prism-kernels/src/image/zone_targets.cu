#include "prism/zones.cuh"

// One thread a pixel. A target is kept as the complement of (difference, zone), so that zeros are none and the greatest
// is the nearest.
template <typename T>
__device__ void zone_targets(const T* image,        // [b, channels * h, w]
                             const uint32_t* zone,  // [b, h, w]
                             const uint32_t* area,  // [b, h, w]
                             uint64_t* target,      // [b, h, w]
                             uint32_t* found,       // [1]
                             uint32_t channels, uint32_t min_size, uint32_t connectivity, uint32_t b, uint32_t w,
                             uint32_t h) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    const uint32_t own = zone[u], which = u / (h * w), p = u % (h * w), base = which * h * w;
    if (own == prism::NO_ZONE || area[own] >= min_size) return;
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);
    unsigned long long nearest = 0;
    prism::neighbours(p, h, w, connectivity, [&](uint32_t q) {
        const uint32_t other = zone[base + q];
        if (other == own || other == prism::NO_ZONE) return;
        nearest = max(nearest, ~(static_cast<unsigned long long>(picture.difference_bits(p, q)) << 32 | other));
    });
    if (nearest == 0) return;
    if (nearest > target[own]) atomicMax(reinterpret_cast<unsigned long long*>(target + own), nearest);
    *found = 1;
}
