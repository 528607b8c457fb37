#include "prism/regions.cuh"

// A warp takes 512 pixels of an image, a lane every 32nd of them.
template <typename T>
__device__ void region_sums(const T* image,         // [b, channels * h, w]
                            const int32_t* labels,  // [b, h, w]
                            const uint32_t* first,  // [b]
                            const uint32_t* peak,   // [b]
                            uint32_t* area,         // [r]
                            uint32_t* boxes,        // [r, 4]
                            int64_t* sums,          // [r, channels, 2]
                            uint32_t* kinds,        // [r, channels]
                            uint32_t b, uint32_t w, uint32_t h, uint32_t r, uint32_t channels) {
    const uint32_t pixels = h * w, parts = (pixels + 511) / 512, lane = threadIdx.x % 32;
    const uint64_t warp = uint64_t(blockIdx.x) * (blockDim.x / 32) + threadIdx.x / 32;
    if (warp >= uint64_t(b) * parts) return;
    const uint32_t which = warp / parts, from = warp % parts * 512;
    const double scale = prism::fixed_scale(peak[which]);
    for (uint32_t c = 0; c < channels; ++c) {
        const T* const plane = image + (size_t(which) * channels + c) * pixels;
        prism::RegionPart part;
        for (uint32_t p = from + lane; p < min(from + 512, pixels); p += 32) {
            const int32_t label = labels[size_t(which) * pixels + p];
            if (label != part.label) {
                part.flush(area, boxes, sums, kinds, first[which], channels, c);
                part = prism::RegionPart();
                part.label = label;
            }
            part.add(p / w, p % w, float(plane[p]), scale);
        }
        part.join();
        part.flush(area, boxes, sums, kinds, first[which], channels, c);
    }
}
