#include "prism/merge_tree.cuh"

// A block counts the classes of 1024 pixels of an image and a dimension.
__device__ void persistence_counts(const uint32_t* level,  // [b, h, w]
                                   const uint32_t* basin,  // [b, 2, h * w]
                                   const uint64_t* tree,   // [b, 2, h * w + 1]
                                   uint32_t* counts,       // [b, 2, (h * w).div_ceil(1024)]
                                   double min_persistence, uint32_t b, uint32_t h, uint32_t w) {
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024;
    const uint32_t which = blockIdx.x / parts, p = blockIdx.x % parts * 1024 + threadIdx.x;
    const auto f = prism::Filtration::of(level, which, 4, h, w);
    bool kept = p < pixels && basin[uint64_t(which) * pixels + p] == p;
    if (kept) {
        const uint64_t word = tree[uint64_t(which) * (uint64_t(pixels) + 1) + p];
        kept = prism::is_kept(f, p, prism::saddle_of(word), min_persistence);
    }
    const int count = __syncthreads_count(kept);
    if (threadIdx.x == 0) counts[blockIdx.x] = count;
}
