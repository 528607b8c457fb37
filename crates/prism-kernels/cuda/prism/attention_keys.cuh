// Keys and values of a head on their way through shared memory.
#pragma once
#include "prism/attention.cuh"
#include "prism/attention_tile.cuh"
#include "prism/copy_async.cuh"

namespace prism {

// Tiles of keys and values in two stages behind the queries, from the last to the first: tiles at the edge of what
// queries see come before those that all queries see whole, and only the first fetched may be short.
template <typename T, uint32_t WIDTH, bool WHOLE>
struct KeyTiles {
    using Tile = AttentionTile<T, WIDTH>;
    uint32_t left, stage = 0;  // tiles, and where the last of them is

    // Fetches the last tile of `seen` keys.
    __device__ KeyTiles(const T* k, const T* v, HeadRows of_k, HeadRows of_v, uint32_t d, uint32_t dv, uint32_t seen)
        : left((seen + ATTENTION_KEYS - 1) / ATTENTION_KEYS),
          k(k + of_k.first),
          v(v + of_v.first),
          k_stride(of_k.stride),
          v_stride(of_v.stride),
          d(d),
          dv(dv) {
        if (left == 0) return;
        this->k += first() * k_stride;
        this->v += first() * v_stride;
        keys(0).template fetch<ATTENTION_KEYS, WHOLE>(this->k, k_stride, d, seen - first());
        values(0).template fetch<ATTENTION_KEYS, WHOLE>(this->v, v_stride, dv, seen - first());
    }

    static __device__ Tile queries() { return {0}; }
    static __device__ Tile keys(uint32_t stage) { return {(ATTENTION_QUERIES + stage * 2 * ATTENTION_KEYS) * WIDTH}; }
    static __device__ Tile values(uint32_t stage) { return {keys(stage).start + ATTENTION_KEYS * WIDTH}; }

    // The first key of the tile.
    __device__ uint32_t first() const { return (left - 1) * ATTENTION_KEYS; }

    // The keys, or the values, before those fetched last.
    __device__ void fetch_keys(uint32_t stage) {
        k -= ATTENTION_KEYS * k_stride;
        keys(stage).template fetch<ATTENTION_KEYS, WHOLE>(k, k_stride, d);
    }
    __device__ void fetch_values(uint32_t stage) {
        v -= ATTENTION_KEYS * v_stride;
        values(stage).template fetch<ATTENTION_KEYS, WHOLE>(v, v_stride, dv);
    }
    __device__ void fetch_next() {
        if (left < 2) return;
        fetch_keys(stage ^ 1);
        fetch_values(stage ^ 1);
    }

    // Waits until what was fetched is here and no warp reads a tile any more.
    static __device__ void arrive() {
        wait_for_all_copies();
        __syncthreads();
    }
    __device__ void next() {
        --left;
        stage ^= 1;
        arrive();
    }

  private:
    const T *k, *v;  // of the tile fetched last
    uint64_t k_stride, v_stride;
    uint32_t d, dv;
};

}  // namespace prism
