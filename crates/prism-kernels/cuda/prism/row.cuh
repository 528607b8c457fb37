// Rows that groups of neighbouring threads hold while they work on them: a group a row, and as many blocks as that
// takes. While some blocks wait for memory others compute.
#pragma once
#include "prism/held.cuh"

namespace prism {

// Elements of a thread: few where a warp's worth is enough, else many. Packs of a thread where shared memory has the
// rest.
constexpr int FEW = 8, MANY = 32, SOME_PACKS = 2;

// Calls f(row, the row held, where its first pack begins in it, which is not above 0).
template <typename S, int PACKS, bool EDGES, bool BEYOND, typename T, typename F>
__device__ void with_row(const T* x, uint64_t row, uint64_t rows, uint32_t n, computed<T> outside, const Group& group,
                         Packed<T>* beyond, F f) {
    const Places<T, uint32_t, EDGES> places(group, row, rows, n);
    Held<T, S, PACKS, EDGES, BEYOND> held(places, outside, x + (row * n - places.begin), beyond);
    f(row, held, -int64_t(places.begin));
}

// What a block has for its groups' combinations.
struct Scratch {
    double at[128];
};

// The rows of n elements, up to 256 or, where FORM is above 1, 4096, by blocks of 128 threads: to a row the least power
// of two of them that has room with FEW or MANY elements each. Rows that begin and end with packs of eight elements
// have an even FORM; others take a pack more.
template <int FORM, typename T, typename F>
__device__ void each_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, F f) {
    __shared__ Scratch scratch;
    constexpr bool EDGES = FORM % 2;
    constexpr int EACH = FORM < 2 ? FEW : MANY, PACKS = EACH / Packed<T>::COUNT + EDGES;
    const uint32_t log = n <= EACH ? 0 : 32 - __clz((n - 1) / EACH);
    const uint64_t row = (uint64_t(blockIdx.x) * 128 + threadIdx.x) >> log;
    Packed<T>* const none = nullptr;
    with_row<computed<T>, PACKS, EDGES, false>(x, row, rows, n, outside, Group(1u << log, scratch.at), none, f);
}

// Bytes of shared memory that the launch gave the block.
__device__ inline uint32_t shared_bytes() {
    uint32_t bytes;
    asm("mov.u32 %0, %%dynamic_smem_size;" : "=r"(bytes));
    return bytes;
}

// Longer rows, a block each: held where its registers and its shared memory have room, else read anew for every pass.
template <typename T, typename F>
__device__ void each_long_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, F f) {
    __shared__ Scratch scratch;
    extern __shared__ __align__(16) char shared[];
    constexpr int V = Packed<T>::COUNT;
    const uint64_t row = blockIdx.x;
    const Group group(blockDim.x, scratch.at);
    const uint32_t room = (SOME_PACKS * 16 * group.size + shared_bytes()) / sizeof(T);
    Packed<T>* const beyond = reinterpret_cast<Packed<T>*>(shared);
    if (n % V == 0 && n <= room) {
        with_row<T, SOME_PACKS, false, true>(x, row, rows, n, outside, group, beyond, f);
    } else if (uint64_t(n) + (V - 1) <= room) {
        with_row<T, SOME_PACKS, true, true>(x, row, rows, n, outside, group, beyond, f);
    } else {
        const Places<T, uint64_t, true> places(group, row, rows, n);
        Reread<T> reread(places, outside, x + (row * n - places.begin));
        f(row, reread, -int64_t(places.begin));
    }
}

}  // namespace prism
