#include "prism/born.cuh"

// A thread a state.
__device__ void born_outcome(const double* probabilities,  // [b, 2]
                             uint32_t* outcome,            // [b]
                             double* scale,                // [b]
                             uint32_t* fault,              // [1]
                             uint64_t seed, uint64_t stream, uint32_t b) {
    const uint64_t row = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= b) return;
    const double zero = probabilities[2 * row], one = probabilities[2 * row + 1], total = __dadd_rn(zero, one);
    const bool is_state = total > 0 && isfinite(total);
    if (!is_state) atomicMax(fault, 1u);
    const bool is_zero = prism::uniform({seed, stream}, row) < __ddiv_rn(zero, total);
    outcome[row] = is_state && !is_zero;
    scale[row] = is_state ? __ddiv_rn(1, __dsqrt_rn(is_zero ? zero : one)) : 0;
}
