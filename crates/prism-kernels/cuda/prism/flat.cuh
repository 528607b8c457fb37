// Dense arrays walked in packs of V neighbours that begin at multiples of V: sixteen elements a thread, neighbouring
// threads side by side, several packs loaded before the first is used.
#pragma once
#include <cstdint>

namespace prism {

// Elements of a thread; `threads` of the Rust side counts alike.
constexpr int FLAT = 16;

// Calls f(0) with a zero of the type in which to count `n` elements: 32 bits where they and a block more fit.
template <typename F>
__device__ void counted(uint64_t n, F f) {
    if (n <= 0xffff0000u)
        f(uint32_t(0));
    else
        f(uint64_t(0));
}

// Calls store(i, load(i)) for every pack that begins below n; up to MOST are loaded before the first is stored.
template <int V, int MOST, typename I, typename Load, typename Store>
__device__ void flat(I n, Load load, Store store) {
    constexpr int HELD = FLAT / V < MOST ? FLAT / V : MOST, ROUNDS = FLAT / V / HELD;
    const I begin = I(blockIdx.x) * (blockDim.x * FLAT) + threadIdx.x * V, step = blockDim.x * V;
#pragma unroll 1
    for (int round = 0; round < ROUNDS; ++round) {
        const I first = begin + round * HELD * step;
        decltype(load(first)) held[HELD];
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            if (first + h * step < n) held[h] = load(first + h * step);
        }
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            if (first + h * step < n) store(first + h * step, held[h]);
        }
    }
}

}  // namespace prism
