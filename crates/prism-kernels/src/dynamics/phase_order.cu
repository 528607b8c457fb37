#include "prism/reduce.cuh"

// A warp a row.
template <typename T>
__device__ void phase_order(const double* moments,  // [b, s, 2]
                            T* r,                   // [b]
                            T* psi,                 // [b]
                            uint64_t count, uint32_t b, uint32_t s) {
    const uint64_t row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (row >= b) return;
    double across = 0, up = 0;
    for (uint32_t j = lane; j < s; j += 32) {
        across += moments[(row * s + j) * 2];
        up += moments[(row * s + j) * 2 + 1];
    }
    across = prism::warp_sum(across);
    up = prism::warp_sum(up);
    if (lane != 0) return;
    const bool is_none = across == 0 && up == 0;
    r[row] = T(count == 0 ? nan("") : hypot(across, up) / double(count));
    psi[row] = T(count == 0 ? nan("") : is_none ? 0.0 : atan2(up == 0 ? 0.0 : up, across));
}
