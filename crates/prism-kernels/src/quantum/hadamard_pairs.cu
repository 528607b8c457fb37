#include "prism/qubits.cuh"

// Eight amplitudes a thread.
template <typename T>
__device__ void hadamard_pairs(T* state,  // [n]
                               uint32_t target, uint64_t controls, uint64_t value, uint64_t n) {
    using W = decltype(T::x);
    const W half_root = W(0.70710678118654752440);
    prism::change_pairs(state, target, controls, value, n, [=](T mine, T other, bool is_second) {
        const W re = is_second ? other.x - mine.x : mine.x + other.x,
                im = is_second ? other.y - mine.y : mine.y + other.y;
        return T{re * half_root, im * half_root};
    });
}
