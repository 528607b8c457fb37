#include "prism/merge_tree.cuh"

namespace {

// A forest of the minima of a filtration. A word (s, e) of node v is an edge to a node e that is earlier than v, and
// says that both are in one component once s is added. The edges, and those in the hands of threads, always connect the
// same nodes at the same levels as the image does. When no thread holds one any more, a component at any level is
// thus a tree of edges; its root, the one node of it whose saddle comes later, is its earliest, as edges lead to
// earlier nodes: v is the earliest of its component before s and not from s on. That is the elder rule. (Smirnov &
// Morozov 2020)
struct Forest {
    const prism::Filtration f;
    unsigned long long* const tree;

    __device__ uint64_t read(uint32_t node) const { return *static_cast<volatile unsigned long long*>(tree + node); }

    __device__ uint64_t saddle_key(uint64_t word) const {
        const uint32_t saddle = prism::saddle_of(word);
        return saddle == prism::NEVER ? ~uint64_t(0) : f.key(saddle);
    }

    __device__ bool replace(uint32_t node, uint64_t word, uint32_t saddle, uint32_t elder) const {
        return atomicCAS(tree + node, word, prism::word_of(saddle, elder)) == word;
    }

    // The root of a node's component at the level of a key, and its word. An edge that another of no later saddle
    // follows may lead to where that one leads: the ways grow shorter.
    __device__ uint32_t root(uint32_t node, uint64_t level, uint64_t& word) const {
        word = read(node);
        uint64_t key = saddle_key(word);
        while (key <= level) {
            const uint32_t elder = prism::elder_of(word);
            const uint64_t above = read(elder), above_key = saddle_key(above);
            if (above_key <= key) replace(node, word, prism::saddle_of(word), prism::elder_of(above));
            node = elder, word = above, key = above_key;
        }
        return node;
    }

    // Adds an edge: the later root takes it, and the edge it had leads from the earlier root instead.
    __device__ void merge(uint32_t a, uint32_t b, uint32_t saddle) const {
        while (saddle != prism::NEVER) {
            uint64_t word_a, word_b;
            const uint64_t level = f.key(saddle);
            a = root(a, level, word_a), b = root(b, level, word_b);
            if (a == b) return;
            const bool swap = f.key(a) > f.key(b);
            const uint32_t early = swap ? b : a, late = swap ? a : b;
            const uint64_t word = swap ? word_a : word_b;
            if (!replace(late, word, saddle, early)) continue;
            a = early, b = prism::elder_of(word), saddle = prism::saddle_of(word);
        }
    }
};

// A bit for each place around a pixel that is earlier, such that neighbouring bits are of one component of these: with
// 4, a corner counts where it connects two sides; with 8, two sides are connected without it.
__device__ uint32_t earlier_places(const prism::Filtration& f, uint32_t pixel) {
    const uint64_t key = f.key(pixel);
    uint32_t places = 0;
#pragma unroll
    for (int place = 0; place < 8; ++place) {
        const uint32_t node = f.around(pixel, place);
        if (node != prism::NOWHERE && f.key(node) < key) places |= 1u << place;
    }
    const uint32_t sides = places & 0x55, twice = sides | sides << 8, between = twice << 1 & twice >> 1;
    const uint32_t corners = between & 0xaa;
    return f.connectivity == 4 ? sides | (places & corners) : places | corners;
}

}  // namespace

// One thread a pixel of an image and a dimension. Where a pixel connects several components of the earlier ones around
// it, each is one of the basins that meet there.
__device__ void elder_merges(const uint32_t* level,  // [b, h, w]
                             const uint32_t* basin,  // [b, 2, h * w]
                             uint64_t* tree,         // [b, 2, h * w + 1]
                             uint32_t connectivity, uint32_t b, uint32_t h, uint32_t w) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint32_t pixels = h * w;
    if (thread >= uint64_t(b) * 2 * pixels) return;
    const uint32_t u = uint32_t(thread);
    const uint32_t which = u / pixels, p = u % pixels;
    const auto f = prism::Filtration::of(level, which, connectivity, h, w);
    const uint32_t places = earlier_places(f, p), begins = places & ~(places << 1 | places >> 7);
    if (__popc(begins) < 2) return;
    const uint32_t* const basins = basin + uint64_t(which) * pixels;
    const Forest forest{f, reinterpret_cast<unsigned long long*>(tree) + uint64_t(which) * (uint64_t(pixels) + 1)};
    uint32_t first = prism::NOWHERE;
    for (uint32_t left = begins; left; left &= left - 1) {
        const uint32_t node = f.around(p, __ffs(left) - 1), end = node == pixels ? node : basins[node];
        if (first == prism::NOWHERE)
            first = end;
        else
            forest.merge(first, end, p);
    }
}
