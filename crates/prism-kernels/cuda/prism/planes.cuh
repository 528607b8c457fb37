// Elements of 16 bits in planes of many: the channels of a block's planes are found once for all of its threads.
#pragma once
#include "prism/channels.cuh"
#include "prism/flat.cuh"
#include "prism/pack.cuh"

namespace prism {

// From so many elements of a plane on; the planes of a block of 256 threads, FLAT elements each, are KEPT at most.
constexpr uint32_t LONG = 32, KEPT = 256 * FLAT / LONG + 2;

// A block's elements of [n, c, s]. Their planes of s elements count from 0.
struct Tile {
    uint64_t first, plane;      // the first element, and the plane that it lies in
    uint32_t size, left, s, c;  // elements, those of the first plane and of a plane, at most a tile's; channels

    __device__ Tile(uint64_t count, uint32_t c, uint64_t of_plane) : c(c) {
        const uint64_t most = blockDim.x * FLAT;
        first = blockIdx.x * most;
        plane = first / of_plane;
        size = uint32_t(min(count - first, most));
        left = uint32_t(min((plane + 1) * of_plane - first, most));
        s = uint32_t(min(of_plane, most));
    }

    __device__ uint32_t plane_at(uint32_t at) const { return at < left ? 0 : (at - left) / s + 1; }
    __device__ uint32_t end(uint32_t of) const { return left + of * s; }
};

// Two packs of eight a thread, loaded before the channels are found. All threads of the block must call it.
template <typename T>
__device__ void normalise_planes(const Tile& tile, const Channels<T>& channels, const T* x, const T* residual, T* y,
                                 bool rectified) {
    constexpr uint32_t V = Packed<T>::COUNT, HELD = FLAT / V;
    __shared__ Channel<float> kept[KEPT];
    const uint32_t whole = tile.size / V * V, step = blockDim.x * V, first = threadIdx.x * V;
    const auto load = [&](const T* from, Packed<T>(&packs)[HELD]) {
#pragma unroll
        for (uint32_t h = 0; h < HELD; ++h) {
            if (first + h * step < whole) packs[h] = load_pack<true>(from + first + h * step);
        }
    };
    Packed<T> of_x[HELD], of_residual[HELD] = {};
    load(x, of_x);
    if (residual) load(residual, of_residual);
    const uint32_t last = tile.plane_at(tile.size - 1);
#pragma unroll 1
    for (uint32_t k = threadIdx.x; k <= last; k += blockDim.x) kept[k] = channels[(tile.plane + k) % tile.c];
    __syncthreads();
    uint32_t plane = 0, end = 0;  // of the last element, and where that ends
    Channel<float> channel;
    const auto enter = [&](uint32_t next) {
        plane = next, end = tile.end(next);
        channel = kept[next];
    };
#pragma unroll
    for (uint32_t h = 0; h < HELD; ++h) {
        const uint32_t at = first + h * step;
        if (at >= whole) break;
        if (at >= end) enter(tile.plane_at(at));
        const bool is_one = end - at >= V;
#pragma unroll
        for (uint32_t v = 0; v < V; ++v) {
            if (!is_one && at + v >= end) enter(plane + 1);
            of_x[h].at[v] = normalised(of_x[h].at[v], of_residual[h].at[v], channel, rectified);
        }
        store_pack(y + at, of_x[h]);
    }
    const uint32_t at = whole + threadIdx.x;
    if (at >= tile.size) return;
    enter(tile.plane_at(at));
    y[at] = normalised(x[at], residual ? residual[at] : T(0), channel, rectified);
}

}  // namespace prism
