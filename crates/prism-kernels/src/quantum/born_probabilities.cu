#include "prism/born.cuh"

// Eight amplitudes a thread, all loaded before the first is used.
template <typename T>
__device__ void born_probabilities(const T* state,         // [n]
                                   double* probabilities,  // [n]
                                   uint64_t n) {
    using Amplitudes = prism::Neighbours<T>;
    const uint64_t first = uint64_t(blockIdx.x) * blockDim.x * 4 + threadIdx.x;
    Amplitudes held[4];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const uint64_t i = first + uint64_t(k) * blockDim.x;
        if (i < n / 2) held[k] = reinterpret_cast<const Amplitudes*>(state)[i];
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const uint64_t i = first + uint64_t(k) * blockDim.x;
        if (i >= n / 2) continue;
        const double2 both = {prism::probability(held[k].a), prism::probability(held[k].b)};
        reinterpret_cast<double2*>(probabilities)[i] = both;
    }
    if (n % 2 && first == 0) probabilities[n - 1] = prism::probability(state[n - 1]);
}
