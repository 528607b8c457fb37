#include "prism/regions.cuh"

// One thread a region.
__device__ void region_means(const uint32_t* area,   // [r]
                             const uint32_t* boxes,  // [r, 4]
                             const int64_t* sums,    // [r, channels, 2]
                             const uint32_t* kinds,  // [r, channels]
                             const uint32_t* first,  // [b]
                             const uint32_t* peak,   // [b]
                             int32_t* bbox,          // [r, 4]
                             double* mean,           // [r, channels]
                             uint32_t r, uint32_t channels, uint32_t b) {
    const uint64_t region = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (region >= r) return;
    uint32_t which = 0, end = b;
    while (which + 1 < end) {
        const uint32_t middle = which + (end - which) / 2;
        if (first[middle] <= region)
            which = middle;
        else
            end = middle;
    }
    const double scale = prism::fixed_scale(peak[which]);
    for (uint32_t k = 0; k < 4; ++k) bbox[4 * region + k] = k < 2 ? ~boxes[4 * region + k] : boxes[4 * region + k];
    for (uint32_t c = 0; c < channels; ++c) {
        const size_t at = region * channels + c;
        const double sum = (double(sums[2 * at]) + double(sums[2 * at + 1]) / 2147483648.0) / scale;
        const double endless = kinds[at] == 2 ? prism::infinity<double>() : -prism::infinity<double>();
        const bool none = kinds[at] & 1 || kinds[at] == 6;
        mean[at] = none ? double(__longlong_as_double(0x7ff8000000000000ll)) : kinds[at] ? endless : sum / area[region];
    }
}
