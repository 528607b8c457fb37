#include "prism/zones.cuh"

// One thread a pixel: its zone is reached at the cost of its neighbour's, or of the step from there.
template <typename T>
__device__ void seed_costs(const T* image,          // [b, channels * h, w]
                           const uint32_t* zone,    // [b, h, w]
                           const uint32_t* before,  // [b, h, w]
                           uint32_t* after,         // [b, h, w]
                           uint32_t* changed,       // [1]
                           uint32_t channels, uint32_t connectivity, uint32_t b, uint32_t w, uint32_t h) {
    const uint64_t u = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (u >= uint64_t(b) * h * w) return;
    const uint32_t own = zone[u], which = u / (h * w), p = u % (h * w), base = which * h * w, known = before[own];
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);
    uint32_t best = own == u ? known : 0;
    prism::neighbours(p, h, w, connectivity, [&](uint32_t q) {
        const uint32_t other = zone[base + q];
        if (other != own) best = max(best, min(before[other], ~picture.difference_bits(p, q)));
    });
    if (best > known) *changed = 1;
    if (best > known || own == u) atomicMax(after + own, max(best, known));
}
