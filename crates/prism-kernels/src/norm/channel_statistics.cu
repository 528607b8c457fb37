#include "prism/element.cuh"
#include "prism/rows.cuh"

// A warp a channel.
template <typename T>
__device__ void channel_statistics(const double* moments,  // [c, parts, 2]
                                   const T* running_mean,  // [g]
                                   const T* running_var,   // [g]
                                   double* mean,           // [c]
                                   double* variance,       // [c]
                                   T* next_mean,           // [g]
                                   T* next_var,            // [g]
                                   uint64_t count, double momentum, uint32_t unbiased, uint32_t c, uint32_t parts,
                                   uint32_t g) {
    const uint64_t channel = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (channel >= c) return;
    const double* const of = moments + 2 * channel * parts;
    const uint64_t length = ((count + parts - 1) / parts + 15) / 16 * 16;
    const auto part_count = [&](uint64_t j) { return double(min((j + 1) * length, count) - min(j * length, count)); };
    // Means are from that of the first part, so that a channel far from 0 keeps its digits.
    const double origin = isfinite(of[0]) ? of[0] : 0;
    double total = 0, scatter = 0;
    for (uint32_t j = lane; j < parts; j += 32) {
        const double n = part_count(j);
        if (n > 0) total = fma(n, of[2 * j] - origin, total);
    }
    const double off = prism::warp_sum(total) / double(count);
    for (uint32_t j = lane; j < parts; j += 32) {
        const double n = part_count(j), distance = of[2 * j] - origin - off;
        if (n > 0) scatter += fma(n * distance, distance, of[2 * j + 1]);
    }
    scatter = prism::warp_sum(scatter);
    if (lane > 0) return;
    mean[channel] = origin + off;
    variance[channel] = scatter / double(count);
    if (g == 0) return;
    const double square = unbiased ? scatter / (double(count) - 1) : scatter / double(count);
    const auto moved = [&](T from, double to) {
        return count ? prism::narrow<T>(fma(momentum, to, (1 - momentum) * double(prism::widen(from)))) : from;
    };
    next_mean[channel] = moved(running_mean[channel], origin + off);
    next_var[channel] = moved(running_var[channel], square);
}
