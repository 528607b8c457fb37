// The same function of every element and its place: packs of 16 bytes, neighbouring threads side by side.
#pragma once
#include "prism/element.cuh"

namespace prism {

// y[i] = f(x[i], i) for all i below n, EACH elements a thread, HELD packs of which are loaded before the first is
// computed; x may be y. The arrays begin at multiples of 16 bytes. A second call goes to the same threads.
template <int EACH, int HELD, typename X, typename Y, typename F>
__device__ void each_element(uint64_t n, const X* x, Y* y, F f) {
    static_assert(sizeof(X) == sizeof(Y), "packs of as many elements");
    constexpr int V = Packed<X>::COUNT, ROUNDS = EACH / V / HELD;
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * EACH;
    if (begin + blockDim.x * EACH > n) {
        for (uint64_t i = begin + threadIdx.x; i < n; i += blockDim.x) y[i] = f(x[i], i);
        return;
    }
    const uint32_t jump = blockDim.x * V;
#pragma unroll 1
    for (uint64_t round = 0, first = begin + threadIdx.x * V; round < ROUNDS; ++round, first += HELD * jump) {
        Packed<X> held[HELD];
#pragma unroll
        for (int h = 0; h < HELD; ++h) held[h] = *reinterpret_cast<const Packed<X>*>(x + first + h * jump);
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            const uint64_t at = first + h * jump;
            Packed<Y> made;
#pragma unroll
            for (int v = 0; v < V; ++v) made.at[v] = f(held[h].at[v], at | v);
            *reinterpret_cast<Packed<Y>*>(y + at) = made;
        }
    }
}

}  // namespace prism
