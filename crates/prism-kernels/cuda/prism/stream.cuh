// The numbers of a random stream in order: sixteen bytes of them from each of its blocks.
#pragma once
#include <cstring>

#include "prism/element.cuh"
#include "prism/philox.cuh"
#include "prism/warp.cuh"

namespace prism {

// The sixteen bytes that each thread of a warp writes, where the numbers begin `shift` words within a block: a thread
// has the words of its block, the next thread those that follow, and the first thread's `next` follow the last
// thread's.
__device__ inline uint4 shifted(uint4 own, uint4 next, uint32_t shift) {
    const uint32_t lane = threadIdx.x % 32, neighbour = (lane + 1) % 32;
    const uint32_t x = __shfl_sync(FULL, lane == 0 ? next.x : own.x, neighbour);
    const uint32_t y = __shfl_sync(FULL, lane == 0 ? next.y : own.y, neighbour);
    const uint32_t z = __shfl_sync(FULL, lane == 0 ? next.z : own.z, neighbour);
    if (shift == 1) return make_uint4(own.y, own.z, own.w, x);
    if (shift == 2) return make_uint4(own.z, own.w, x, y);
    return make_uint4(own.w, x, y, z);
}

// Writes sixteen bytes of numbers from place `at` on, but none from the n-th on.
template <typename T>
__device__ void store_drawn(T* y, uint64_t at, uint64_t n, uint4 words) {
    constexpr uint32_t EACH = 16 / sizeof(T);
    if (at + EACH <= n) {
        *reinterpret_cast<uint4*>(y + at) = words;
        return;
    }
    Packed<T> numbers;
    memcpy(&numbers, &words, 16);
#pragma unroll
    for (uint32_t k = 0; k < EACH; ++k) {
        if (at + k < n) y[at + k] = numbers.at[k];
    }
}

// y [n]: the numbers of a stream from the `offset`-th on, where `numbers` makes sixteen bytes of them from a block's
// four words. A lane writes sixteen numbers, and makes a block more than they need where they do not begin with one.
template <typename T, typename F>
__device__ void draw(Philox stream, uint64_t offset, uint64_t n, T* y, F numbers) {
    constexpr uint32_t EACH = 16 / sizeof(T), BLOCKS = 16 / EACH;
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32 * 32 * BLOCKS;
    if (warp * EACH >= n) return;
    const uint64_t first = warp + threadIdx.x % 32, block = offset / EACH + first;
    const uint32_t shift = offset % EACH * (sizeof(T) / 4);
    uint4 own = numbers(stream.block(block));
#pragma unroll
    for (uint32_t k = 0; k < BLOCKS; ++k) {
        uint4 next = make_uint4(0, 0, 0, 0);
        if (k + 1 < BLOCKS || shift) next = numbers(stream.block(block + 32 * (k + 1)));
        store_drawn(y, (first + 32 * k) * EACH, n, shift ? shifted(own, next, shift) : own);
        own = next;
    }
}

}  // namespace prism
