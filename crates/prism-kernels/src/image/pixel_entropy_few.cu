#include "prism/window.cuh"

// A warp moves the window along 128 pixels of a row.
template <typename T>
__device__ void pixel_entropy_few(const T* image,          // [b, h, w]
                                  const int32_t* runs,     // [e, 3]
                                  const int64_t* weights,  // [c]
                                  float* entropy,          // [b, h, w]
                                  uint32_t bins, uint32_t b, uint32_t h, uint32_t w, uint32_t e, uint32_t c) {
    constexpr uint32_t LEVELS = 256;
    __shared__ uint32_t histograms[8][LEVELS];
    uint32_t* const histogram = histograms[threadIdx.x / 32];
    for (uint32_t i = threadIdx.x % 32; i < LEVELS; i += 32) histogram[i] = 0;
    __syncwarp();
    const uint64_t warp = uint64_t(blockIdx.x) * 8 + threadIdx.x / 32;
    const uint32_t strips = (w + 127) / 128;
    const uint64_t row = warp / strips;
    if (row >= uint64_t(b) * h) return;
    const size_t plane = row / h * h * w;
    prism::Window<T> window{image + plane, runs, weights, histogram, bins, h, w, e};
    window.strip(row % h, warp % strips * 128, entropy + plane);
}
