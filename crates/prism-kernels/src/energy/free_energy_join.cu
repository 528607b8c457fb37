#include "prism/reduce.cuh"

// A warp a row.
template <typename T>
__device__ void free_energy_join(const T* complexity_parts,  // [b, w]
                                 const T* accuracy_parts,    // [b, v]
                                 T* free_energy,             // [b]
                                 T* complexity,              // [b]
                                 T* accuracy,                // [b]
                                 double sign, uint32_t b, uint32_t w, uint32_t v) {
    const uint64_t row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (row >= b) return;
    double cost = 0, gain = 0;
    for (uint32_t i = lane; i < w; i += 32) cost += double(complexity_parts[row * w + i]);
    for (uint32_t i = lane; i < v; i += 32) gain += double(accuracy_parts[row * v + i]);
    cost = sign * prism::warp_sum(cost);
    gain = prism::warp_sum(gain);
    if (lane != 0) return;
    complexity[row] = T(cost + 0.0);
    accuracy[row] = T(gain + 0.0);
    free_energy[row] = T(cost - gain);
}
