#include "prism/elements.cuh"
#include "prism/zones.cuh"

namespace prism {

// Lets the four pixels be what their roots point to, on their ways at once. What is no pixel has the top bit.
__device__ inline void find_numbers(const uint32_t* zone, Packed<uint32_t>& of) {
    while ((of.at[0] & of.at[1] & of.at[2] & of.at[3]) < NUMBERED) {
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            if (of.at[k] < NUMBERED) of.at[k] = zone[of.at[k]];
        }
    }
}

}  // namespace prism

// A thread four pixels side by side.
__device__ void zone_labels(const uint32_t* zone,  // [b, h, w]
                            int32_t* labels,       // [b, h, w]
                            uint32_t b, uint32_t h, uint32_t w) {
    using Pixels = prism::Packed<uint32_t>;
    const uint64_t pixels = uint64_t(b) * h * w, first = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) * 4;
    if (first >= pixels) return;
    const bool has_all = pixels - first >= 4;
    Pixels of = {prism::NO_ZONE, prism::NO_ZONE, prism::NO_ZONE, prism::NO_ZONE};
    if (has_all) {
        of = *reinterpret_cast<const Pixels*>(zone + first);
    } else {
        for (int k = 0; k < 3; ++k) {
            if (first + k < pixels) of.at[k] = zone[first + k];
        }
    }
    prism::find_numbers(zone, of);
#pragma unroll
    for (int k = 0; k < 4; ++k) of.at[k] = of.at[k] == prism::NO_ZONE ? 0 : of.at[k] - prism::NUMBERED + 1;
    if (has_all) {
        *reinterpret_cast<Pixels*>(labels + first) = of;
    } else {
        for (int k = 0; k < 3; ++k) {
            if (first + k < pixels) labels[first + k] = int32_t(of.at[k]);
        }
    }
}
