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

// Writes sixteen bytes of numbers, or of those only the first `count`.
template <typename T>
__device__ void store_drawn(T* y, uint32_t count, uint4 words) {
    constexpr uint32_t EACH = 16 / sizeof(T);
    if (EACH <= count) {
        *reinterpret_cast<uint4*>(y) = words;
        return;
    }
    Packed<T> numbers;
    memcpy(&numbers, &words, 16);
#pragma unroll
    for (uint32_t k = 0; k < EACH; ++k) {
        if (k < count) y[k] = numbers.at[k];
    }
}

// Numbers of a thread; `DRAWN` of the Rust side counts alike.
constexpr uint32_t DRAWN = 32;

// y [n]: the numbers of a stream from the `offset`-th on, where `numbers` makes sixteen bytes of them from a block's
// four words. A thread makes a block more than it writes where the numbers do not begin with one.
template <typename T, typename F>
__device__ void draw(Philox stream, uint64_t offset, uint64_t n, T* y, F numbers) {
    constexpr uint32_t EACH = 16 / sizeof(T), BLOCKS = DRAWN / EACH;
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32 * 32 * BLOCKS;
    if (warp * EACH >= n) return;
    const uint64_t first = warp + threadIdx.x % 32, block = offset / EACH + first, at = first * EACH;
    const uint32_t shift = offset % EACH * (sizeof(T) / 4);
    // Calls store(k, sixteen bytes of numbers) for the thread's blocks.
    const auto each = [&](auto store) {
        if (shift == 0) {
#pragma unroll 8
            for (uint32_t k = 0; k < BLOCKS; ++k) store(k, numbers(stream.block(block + 32 * k)));
            return;
        }
        uint4 own = numbers(stream.block(block));
#pragma unroll 8
        for (uint32_t k = 0; k < BLOCKS; ++k) {
            const uint4 next = numbers(stream.block(block + 32 * (k + 1)));
            store(k, shifted(own, next, shift));
            own = next;
        }
    };
    if (n - warp * EACH >= 32 * DRAWN) {
        uint4* const to = reinterpret_cast<uint4*>(y + at);
        each([&](uint32_t k, uint4 words) { to[32 * k] = words; });
        return;
    }
    const uint32_t count = at < n ? uint32_t(n - at) : 0;
    each([&](uint32_t k, uint4 words) {
        const uint32_t before = 32 * k * EACH;
        if (before < count) store_drawn(y + at + before, count - before, words);
    });
}

}  // namespace prism
