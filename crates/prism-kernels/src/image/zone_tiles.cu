#include "prism/zones.cuh"

// A block has a tile of 32 × 32 pixels, a warp one of its rows.
template <typename T>
__device__ void zone_tiles(const T* image,  // [b, channels * h, w]
                           uint32_t* zone,  // [b, h, w]
                           uint32_t channels, uint32_t mode, double bound, uint32_t connectivity, uint32_t b,
                           uint32_t w, uint32_t h) {
    __shared__ uint32_t now[1024], next[1024];
    const uint32_t across = (w + 31) / 32, tiles = across * ((h + 31) / 32);
    const uint32_t which = blockIdx.x / tiles, tile = blockIdx.x % tiles;
    const uint32_t t = threadIdx.x, x = t % 32, y = t / 32;
    const uint32_t row = tile / across * 32 + y, column = tile % across * 32 + x, p = row * w + column;
    const bool inside = row < h && column < w, diagonal = connectivity == 8 && inside && y > 0;
    const auto picture = prism::Picture<T>::of(image, which, channels, h, w);

    const bool left = inside && x > 0 && picture.joined(p, p - 1, mode, bound);
    const bool up = inside && y > 0 && picture.joined(p, p - w, mode, bound);
    const bool up_left = diagonal && x > 0 && picture.joined(p, p - w - 1, mode, bound);
    const bool up_right = diagonal && x < 31 && column + 1 < w && picture.joined(p, p - w + 1, mode, bound);
    const unsigned starts = ~__ballot_sync(prism::FULL, left);
    now[t] = t - x + (31 - __clz(starts & (prism::FULL >> (31 - x))));
    __syncthreads();
    for (bool again = true; again;) {
        next[t] = now[now[t]];
        bool changed = next[t] != now[t];
        __syncthreads();
        if (up) changed |= prism::hook(now, next, t, t - 32);
        if (up_left) changed |= prism::hook(now, next, t, t - 33);
        if (up_right) changed |= prism::hook(now, next, t, t - 31);
        again = __syncthreads_or(changed);
        now[t] = next[t];
        __syncthreads();
    }
    if (!inside) return;
    const uint32_t root = now[t], base = which * h * w;
    const bool background = mode == 0 && !picture.joined(p, p, mode, bound);
    zone[base + p] = background ? prism::NO_ZONE : base + p - (y - root / 32) * w + (root % 32) - x;
}
