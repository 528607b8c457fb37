#include "prism/elements.cuh"
#include "prism/stdp.cuh"

// A thread eight neurons.
template <typename T>
__device__ void stdp_traces(T* trace,                // [n]
                            const uint32_t* spikes,  // [s, words(n)]
                            uint32_t step, double decay, uint32_t n, uint32_t s) {
    const uint32_t* const now = spikes + step * ((uint64_t(n) + 31) / 32);
    prism::each_element<8, 2>(n, trace, trace, [&](T before, uint64_t i) {
        return T(__dadd_rn(__dmul_rn(double(before), decay), double(prism::spikes_in(now, i))));
    });
}
