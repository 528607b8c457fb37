#include "prism/filtration.cuh"

// One thread a pixel.
template <typename T>
__device__ void pixel_levels(const T* image,   // [n]
                             uint32_t* level,  // [n]
                             uint64_t* fault,  // [1]
                             uint32_t superlevel, uint32_t n) {
    const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= n) return;
    const float value = float(image[i]);
    level[i] = isnan(value) ? 0 : prism::level_of(superlevel ? -value : value);
    if (isnan(value)) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~static_cast<unsigned long long>(i));
}
