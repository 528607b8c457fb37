#include "prism/window.cuh"

// A warp has a histogram in scratch and moves one window after another, 128 pixels of a row each.
template <typename T>
__device__ void pixel_entropy_many(const T* image,          // [b, h, w]
                                   const int32_t* runs,     // [e, 3]
                                   const int64_t* weights,  // [c]
                                   float* entropy,          // [b, h, w]
                                   uint32_t* scratch,       // [s, levels]
                                   uint32_t bins, uint32_t b, uint32_t h, uint32_t w, uint32_t e, uint32_t c,
                                   uint32_t s, uint32_t levels) {
    const uint32_t warp = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (warp >= s) return;
    const uint32_t strips = (w + 127) / 128;
    for (uint64_t at = warp; at < uint64_t(b) * h * strips; at += s) {
        const uint64_t row = at / strips;
        const size_t plane = row / h * h * w;
        prism::Window<T> window{image + plane, runs, weights, scratch + size_t(warp) * levels, bins, h, w, e};
        window.strip(row % h, at % strips * 128, entropy + plane);
    }
}
