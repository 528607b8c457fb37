#include "prism/merge_tree.cuh"
#include "prism/warp.cuh"

// A block writes the classes of 1024 pixels of an image and a dimension.
__device__ void persistence_pairs(const uint32_t* level,    // [b, h, w]
                                  const uint32_t* basin,    // [b, 2, h * w]
                                  const uint64_t* tree,     // [b, 2, h * w + 1]
                                  const uint32_t* offsets,  // [b, 2, (h * w).div_ceil(1024)]
                                  const uint32_t* total,    // [1]
                                  int32_t* dim,             // [p]
                                  float* birth,             // [p]
                                  float* death,             // [p]
                                  int64_t* birth_pixel,     // [p]
                                  int64_t* death_pixel,     // [p]
                                  int64_t* first,           // [b + 1]
                                  double min_persistence, uint32_t b, uint32_t h, uint32_t w, uint32_t p) {
    __shared__ uint32_t warps[32];
    const uint32_t pixels = h * w, parts = (pixels + 1023) / 1024, warp = threadIdx.x / 32;
    const uint32_t which = blockIdx.x / parts, part = blockIdx.x % parts, minimum = part * 1024 + threadIdx.x;
    const auto f = prism::Filtration::of(level, which, 4, h, w);
    bool kept = minimum < pixels && basin[uint64_t(which) * pixels + minimum] == minimum;
    uint32_t saddle = prism::NEVER;
    if (kept) {
        saddle = prism::saddle_of(tree[uint64_t(which) * (uint64_t(pixels) + 1) + minimum]);
        kept = prism::is_kept(f, minimum, saddle, min_persistence);
    }
    const unsigned among = __ballot_sync(prism::FULL, kept);
    if (threadIdx.x % 32 == 0) warps[warp] = __popc(among);
    __syncthreads();
    if (blockIdx.x == 0 && threadIdx.x == 0) first[b] = *total;
    if (which % 2 == 0 && part == 0 && threadIdx.x == 0) first[which / 2] = offsets[blockIdx.x];
    if (!kept) return;
    uint32_t to = offsets[blockIdx.x] + __popc(among & ((1u << threadIdx.x % 32) - 1));
    for (uint32_t v = 0; v < warp; ++v) to += warps[v];
    if (to >= p) return;
    const bool essential = saddle == prism::NEVER, upwards = f.dimension == 0;
    const uint32_t begin = upwards ? minimum : saddle, end = upwards ? saddle : minimum;
    dim[to] = f.dimension;
    birth[to] = prism::number_of(f.level[begin]);
    birth_pixel[to] = begin;
    death[to] = essential ? prism::infinity<float>() : prism::number_of(f.level[end]);
    death_pixel[to] = essential ? -1 : int64_t(end);
}
