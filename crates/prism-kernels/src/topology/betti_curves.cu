#include "prism/merge_tree.cuh"
#include "prism/warp.cuh"

constexpr int NODES = 8;  // of a thread

// A block counts the classes of 2048 pixels of an image and a dimension.
__device__ void betti_curves(const uint32_t* level,    // [b, h, w]
                             const uint32_t* basin,    // [b, 2, h * w]
                             const uint64_t* tree,     // [b, 2, h * w + 1]
                             const float* thresholds,  // [k]
                             uint32_t* betti,          // [b, 2, k]
                             uint32_t b, uint32_t h, uint32_t w, uint32_t k) {
    const uint32_t pixels = h * w, parts = (pixels + NODES * 256 - 1) / (NODES * 256);
    const uint32_t which = blockIdx.x / parts, begin = blockIdx.x % parts * (NODES * 256) + threadIdx.x;
    const auto f = prism::Filtration::of(level, which, 4, h, w);
    float birth[NODES], death[NODES];
#pragma unroll
    for (int i = 0; i < NODES; ++i) {
        const uint32_t p = begin + i * 256;
        // Nothing is above NaN: no class is born, or it never dies.
        birth[i] = death[i] = __int_as_float(0x7fffffff);
        if (p >= pixels || basin[uint64_t(which) * pixels + p] != p) continue;
        const uint32_t saddle = prism::saddle_of(tree[uint64_t(which) * (uint64_t(pixels) + 1) + p]);
        const float own = prism::number_of(f.level[p]);
        const float met = saddle == prism::NEVER ? death[i] : prism::number_of(f.level[saddle]);
        birth[i] = f.dimension == 0 ? own : met;
        death[i] = f.dimension == 0 ? met : own;
    }
    for (uint32_t j = 0; j < k; ++j) {
        const float t = thresholds[j];
        uint32_t alive = 0;
#pragma unroll
        for (int i = 0; i < NODES; ++i) alive += birth[i] <= t && !(death[i] <= t);
        alive = __reduce_add_sync(prism::FULL, alive);
        if (threadIdx.x % 32 == 0 && alive > 0) atomicAdd(betti + uint64_t(which) * k + j, alive);
    }
}
