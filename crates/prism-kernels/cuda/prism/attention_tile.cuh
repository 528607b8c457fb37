// Tiles of queries, keys and values in shared memory, as tensor cores take them.
#pragma once
#include "prism/copy_async.cuh"
#include "prism/element.cuh"

namespace prism {

// A block of four warps works on 128 queries and on keys and values in tiles of 64.
constexpr uint32_t ATTENTION_THREADS = 128, ATTENTION_QUERIES = 128, ATTENTION_KEYS = 64;

// Rows of WIDTH elements from element `start` of the shared memory on: chunk c of eight elements of row r lies in the
// place of chunk c ^ (r mod 8), so that neither copies nor fragments meet in a bank. Tiles begin at a multiple of 128
// elements.
template <typename T, uint32_t WIDTH>
struct AttentionTile {
    static constexpr uint32_t CHUNKS = WIDTH / 8;
    uint32_t start;

    // Chunk c + 2·step of a row; c < 2 where there are steps, so that they differ in the last operation only.
    __device__ T* chunk(uint32_t row, uint32_t c, uint32_t step) const {
        extern __shared__ __align__(1024) char shared[];
        return reinterpret_cast<T*>(shared) + ((start + row * WIDTH + (c ^ (row & 7)) * 8) ^ step * 16);
    }

    // Fetches ROWS rows of `width` elements, the first `known` of them from `from` on; zeros for the others and behind
    // them. Rows are WHOLE where `width` is WIDTH.
    template <uint32_t ROWS, bool WHOLE>
    __device__ void fetch(const T* from, uint64_t stride, uint32_t width, uint32_t known = ~0u) const {
        constexpr uint32_t STEP = ATTENTION_THREADS / CHUNKS;
        const uint32_t row = threadIdx.x / CHUNKS, column = threadIdx.x % CHUNKS * 8;
        const T* at = from + row * stride + column;
        if (WHOLE || width % 8 == 0) {
#pragma unroll
            for (uint32_t i = 0; i < ROWS; i += STEP, at += STEP * stride) {
                const bool there = row + i < known && (WHOLE || column < width);
                copy_async(chunk(row, column / 8, 0) + i * WIDTH, there ? at : from, there);
            }
        } else {
            // Unrolled, its loads would take the registers of scores.
#pragma unroll 1
            for (uint32_t i = 0; i < ROWS; i += STEP, at += STEP * stride)
                copy_some(chunk(row, column / 8, 0) + i * WIDTH, at,
                          row + i < known && column < width ? width - column : 0);
        }
    }

    // The first `count` of eight elements, then zeros.
    static __device__ void copy_some(T* to, const T* from, uint32_t count) {
        Packed<T> pack;
#pragma unroll
        for (uint32_t e = 0; e < 8; ++e) pack.at[e] = e < count ? from[e] : narrow<T>(0.0f);
        *reinterpret_cast<Packed<T>*>(to) = pack;
    }
};

}  // namespace prism
