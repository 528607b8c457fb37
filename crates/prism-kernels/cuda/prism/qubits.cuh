// Amplitudes of which some index bits are fixed, 16 bytes at a time. Bit q of an amplitude's index is qubit q.
#pragma once
#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

// The bits of `i`, in order, at the places that `fixed` leaves open; `value` at the others.
__device__ inline uint64_t spread(uint64_t i, uint64_t fixed, uint64_t value) {
    for (uint64_t rest = fixed; rest; rest &= rest - 1) {
        const uint64_t below = (rest & -rest) - 1;
        i += i & ~below;
    }
    return i | value;
}

// The packs with an amplitude whose index has `value` at the bits of `fixed`. A thread holds eight amplitudes' worth.
template <typename T>
struct OpenPacks {
    static constexpr int V = Packed<T>::COUNT, BITS = V / 2, HELD = 8 / V;
    uint64_t fixed, value, count;
    uint32_t inner_fixed, inner_value;

    __device__ OpenPacks(uint64_t fixed, uint64_t value, uint64_t n)
        : fixed(fixed >> BITS),
          value(value >> BITS),
          count(n >> BITS >> __popcll(fixed >> BITS)),
          inner_fixed(uint32_t(fixed) & (V - 1)),
          inner_value(uint32_t(value) & (V - 1)) {}

    // Whether element v of a pack has the value at the bits inside the pack.
    __device__ bool has(int v) const { return (v & inner_fixed) == inner_value; }

    // Calls change(pack, its number, its place in the state) for the thread's packs, all loaded before the first. All
    // lanes call it, and a lane without a pack stores none.
    template <typename F>
    __device__ void each(T* state, F change) const {
        Packed<T>* const packs = reinterpret_cast<Packed<T>*>(state);
        const uint64_t first = uint64_t(blockIdx.x) * blockDim.x * HELD + threadIdx.x;
        Packed<T> held[HELD];
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
            const uint64_t i = first + uint64_t(k) * blockDim.x;
            held[k] = {};
            if (i < count) held[k] = packs[spread(i, fixed, value)];
        }
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
            const uint64_t i = first + uint64_t(k) * blockDim.x;
            change(held[k], i);
            if (i < count) packs[spread(i, fixed, value)] = held[k];
        }
    }

    // Calls change(pack, the pack whose index has `bit` also) for the thread's pairs, all loaded before the first.
    template <typename F>
    __device__ void each_pair(T* state, uint64_t bit, F change) const {
        Packed<T>* const packs = reinterpret_cast<Packed<T>*>(state);
        const uint64_t first = uint64_t(blockIdx.x) * blockDim.x * (HELD / 2) + threadIdx.x;
        Packed<T> low[HELD / 2], high[HELD / 2];
#pragma unroll
        for (int k = 0; k < HELD / 2; ++k) {
            const uint64_t i = first + uint64_t(k) * blockDim.x;
            if (i >= count / 2) break;
            const uint64_t place = spread(i, fixed | bit, value);
            low[k] = packs[place];
            high[k] = packs[place | bit];
        }
#pragma unroll
        for (int k = 0; k < HELD / 2; ++k) {
            const uint64_t i = first + uint64_t(k) * blockDim.x;
            if (i >= count / 2) break;
            const uint64_t place = spread(i, fixed | bit, value);
            change(low[k], high[k]);
            packs[place] = low[k];
            packs[place | bit] = high[k];
        }
    }
};

__device__ inline float2 from_lane(float2 a, int mask) {
    return {__shfl_xor_sync(FULL, a.x, mask), __shfl_xor_sync(FULL, a.y, mask)};
}

__device__ inline double2 from_lane(double2 a, int mask) {
    return {__shfl_xor_sync(FULL, a.x, mask), __shfl_xor_sync(FULL, a.y, mask)};
}

// a = change(a, b, false) and b = change(b, a, true) of the old a and b, for all amplitudes a whose target bit is 0 and
// whose controls have their value, b with the target bit 1. Pairs lie in a pack, in a warp, or in a thread.
template <typename T, typename F>
__device__ void change_pairs(T* state, uint32_t target, uint64_t controls, uint64_t value, uint64_t n, F change) {
    const OpenPacks<T> open(controls, value, n);
    constexpr int BITS = OpenPacks<T>::BITS, V = OpenPacks<T>::V;
    if (target < BITS) {
        open.each(state, [&](Packed<T>& pack, uint64_t) {
            const T a = pack.at[0], b = pack.at[V - 1];
            pack.at[0] = change(a, b, false);
            pack.at[V - 1] = change(b, a, true);
        });
        return;
    }
    const uint64_t bit = uint64_t(1) << (target - BITS);
    const int rank = __popcll(~open.fixed & (bit - 1));
    if (rank < 5) {
        open.each(state, [&](Packed<T>& pack, uint64_t i) {
#pragma unroll
            for (int v = 0; v < V; ++v) {
                const T other = from_lane(pack.at[v], 1 << rank);
                if (open.has(v)) pack.at[v] = change(pack.at[v], other, i >> rank & 1);
            }
        });
        return;
    }
    open.each_pair(state, bit, [&](Packed<T>& low, Packed<T>& high) {
#pragma unroll
        for (int v = 0; v < V; ++v) {
            if (!open.has(v)) continue;
            const T a = low.at[v], b = high.at[v];
            low.at[v] = change(a, b, false);
            high.at[v] = change(b, a, true);
        }
    });
}

}  // namespace prism
