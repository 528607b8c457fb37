#include "prism/qubits.cuh"

// Eight amplitudes a thread.
template <typename T>
__device__ void amplitude_swap(T* state,  // [n]
                               uint32_t target, uint64_t controls, uint64_t value, uint64_t n) {
    prism::change_pairs(state, target, controls, value, n, [](T, T other, bool) { return other; });
}
