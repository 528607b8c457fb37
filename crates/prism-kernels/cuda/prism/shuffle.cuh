// A permutation that can be asked for one element at a time: the CUDA form of src/ksg/shuffle.rs.
#pragma once
#include <cstdint>

namespace prism {

__device__ inline uint32_t mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x85EBCA6Bu;
    x ^= x >> 13;
    x *= 0xC2B2AE35u;
    return x ^ x >> 16;
}

// Where element `index` of [0, count) comes from under the permutation of that key; count from 1.
__device__ inline uint32_t shuffled(uint32_t index, uint32_t count, const uint32_t* key) {
    const uint32_t bits = max(32 - __clz(count - 1), 2);
    const uint32_t right_bits = (bits + 1) / 2;
    const uint32_t left_mask = (1u << (bits - right_bits)) - 1, right_mask = (1u << right_bits) - 1;
    uint32_t at = index;
    do {
        uint32_t left = at >> right_bits, right = at & right_mask;
#pragma unroll
        for (uint32_t round = 0; round < 24; ++round) {
            const uint32_t round_key = key[round % 4] + round * 0x9E3779B9u;
            if (round % 2 == 0)
                left ^= mix(right ^ round_key) & left_mask;
            else
                right ^= mix(left ^ round_key) & right_mask;
        }
        at = left << right_bits | right;
    } while (at >= count);
    return at;
}

}  // namespace prism
