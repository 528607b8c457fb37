#include <cstdint>

#include "prism/stdp.cuh"

// A thread a neuron.
template <typename T>
__device__ void stdp_traces(T* trace,                // [n]
                            const uint32_t* spikes,  // [s, words(n)]
                            uint32_t step, double decay, uint32_t n, uint32_t s) {
    const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x, words = (uint64_t(n) + 31) / 32;
    if (i >= n) return;
    const double spike = prism::spikes_in(spikes + step * words, i);
    trace[i] = T(__dadd_rn(__dmul_rn(double(trace[i]), decay), spike));
}
