#include "prism/entropy.cuh"

// A warp a row.
template <typename T>
__device__ void shannon_entropy_join(const T* parts,  // [r, s, 2]
                                     T* entropy,      // [r]
                                     double base, uint32_t normalize_input, uint32_t r, uint32_t s) {
    const uint64_t row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (row >= r) return;
    prism::Entropy all = {0, 0, 0};
    for (uint32_t i = lane; i < s; i += 32) {
        const T* part = parts + (row * s + i) * 2;
        all = prism::merge<double>(all, {double(part[0]), double(part[1]), 0});
    }
    all = prism::warp_merge<double>(all);
    if (lane == 0) entropy[row] = T(all.nats(normalize_input) / log(base));
}
