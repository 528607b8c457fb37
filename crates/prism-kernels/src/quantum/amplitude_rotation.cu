#include "prism/qubits.cuh"

// Eight amplitudes a thread.
template <typename T>
__device__ void amplitude_rotation(T* state,  // [n]
                                   uint64_t fixed, uint64_t value, double cosine, double sine, uint64_t n) {
    using W = decltype(T::x);
    const prism::OpenPacks<T> open(fixed, value, n);
    const W re = W(cosine), im = W(sine);
    open.each(state, [&](prism::Packed<T>& pack, uint64_t) {
#pragma unroll
        for (int v = 0; v < open.V; ++v) {
            const T a = pack.at[v];
            if (open.has(v)) pack.at[v] = T{a.x * re - a.y * im, a.x * im + a.y * re};
        }
    });
}
