#include <cstdint>

#include "prism/reduce.cuh"

// A warp a neuron of an element of the batch.
template <typename T>
__device__ void dendrite_soma(const T* y,      // [b, br]
                              const T* alpha,  // [br]
                              T* v,            // [b * neurons]
                              uint64_t neurons, double b0, uint32_t sigmoid, uint32_t b, uint32_t br) {
    const uint64_t at = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (at >= b * neurons) return;
    const uint64_t branches = br / neurons, first = at % neurons * branches;
    const T* const outputs = y + at / neurons * br + first;
    double sum = 0;
    for (uint64_t j = threadIdx.x % 32; j < branches; j += 32) sum += double(alpha[first + j]) * double(outputs[j]);
    sum = prism::warp_sum(sum) + b0;
    if (threadIdx.x % 32 == 0) v[at] = T(sigmoid ? 1 / (1 + exp(-sum)) : sum);
}
