// Where the numbers of a convolution lie, with channels first or last.
#pragma once
#include <cstdint>

namespace prism {

// One image [channels, h, w] or [h, w, channels] of a batch.
struct Planes {
    uint32_t channels, h, w, of_channel, of_row, of_column;

    __device__ Planes(uint32_t d1, uint32_t d2, uint32_t d3, uint32_t channels_last)
        : channels(channels_last ? d3 : d1),
          h(channels_last ? d1 : d2),
          w(channels_last ? d2 : d3),
          of_channel(channels_last ? 1 : h * w),
          of_row(channels_last ? w * channels : w),
          of_column(channels_last ? channels : 1) {}

    __device__ size_t image(uint64_t which) const { return which * channels * h * w; }
    __device__ uint32_t at(uint32_t c, uint32_t row, uint32_t column) const {
        return c * of_channel + row * of_row + column * of_column;
    }
};

// The taps of a kernel along one axis that fall inside of an image, for one output.
struct TapsInside {
    uint32_t first = 0, count = 0;

    // `start` is where tap 0 falls, `step` the distance of the next.
    __device__ TapsInside(int64_t start, uint32_t step, uint32_t taps, uint32_t size) {
        for (uint32_t tap = 0; tap < taps; ++tap) {
            const int64_t at = start + int64_t(tap) * step;
            first += at < 0;
            count += at >= 0 && at < size;
        }
    }

    __device__ bool has(uint32_t tap) const { return tap - first < count; }
};

}  // namespace prism
