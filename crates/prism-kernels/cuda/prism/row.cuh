// Rows that groups of neighbouring threads hold in their registers while they work on them: a group a row, and as many
// blocks as that takes. While some blocks wait for memory others compute.
#pragma once
#include "prism/held.cuh"

namespace prism {

// Elements of a thread: few where a warp's worth is enough, else many.
constexpr int FEW = 8, MANY = 32;

// Passes over a row that stays held: one call of f(where the row's first pack begins in it, which is not above 0).
struct Whole {
    static constexpr bool STAYS = true;
    int64_t at;

    template <typename F>
    __device__ void operator()(F f) {
        f(at);
    }
};

// Calls f(row, held, passes) with the row held. Where `rows` have none of that number, it has no elements.
template <int E, bool EDGES, typename T, typename F>
__device__ void with_whole_row(const T* x, uint64_t row, uint64_t rows, uint32_t n, computed<T> outside,
                               const Group& group, F f) {
    Held<T, E, EDGES> held(group);
    const uint32_t lead = EDGES ? uint32_t(row * n % held.V) : 0;
    held.note(lead, row < rows ? lead + n : lead);
    held.template fill<true>(outside, x + (row * n - lead));
    Whole whole{-int64_t(lead)};
    f(row, held, whole);
}

// Passes over a row too long to be held: each holds its parts in turn and calls f(where the part begins in the row).
template <typename H, typename T>
struct InParts {
    static constexpr bool STAYS = false;
    H& held;
    const T* first;  // where the row's first pack begins
    computed<T> outside;
    uint32_t lead;
    uint64_t end;

    template <typename F>
    __device__ void operator()(F f) {
        for (uint64_t at = 0; at < end; at += held.part()) {
            held.note(at == 0 ? lead : 0, uint32_t(min(end - at, uint64_t(held.part()))));
            held.template fill<false>(outside, first + at);
            f(int64_t(at) - lead);
        }
    }
};

// What a block has for its groups' combinations.
struct Scratch {
    double at[128];
};

// The logarithm of how many threads take a row of `span` elements, E each.
template <int E>
__device__ uint32_t log_threads(uint32_t span) {
    return span <= E ? 0 : 32 - __clz((span - 1) / E);
}

// The rows of n elements, up to 256 or, where FORM is above 1, 4096, by blocks of 128 threads. Rows that begin and end
// with packs of eight elements have an even FORM.
template <int FORM, typename T, typename F>
__device__ void each_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, F f) {
    __shared__ Scratch scratch;
    constexpr bool EDGES = FORM % 2;
    constexpr int E = FORM < 2 ? FEW : MANY;
    const uint32_t log = log_threads<E>(n + (EDGES ? 7 : 0));
    const uint64_t row = (uint64_t(blockIdx.x) * 128 + threadIdx.x) >> log;
    with_whole_row<E, EDGES>(x, row, rows, n, outside, Group(1u << log, scratch.at), f);
}

// Longer rows, by blocks of 512 threads of 16, 32 or, where all elements are of whole packs, 64 elements each, for FORM
// from 0; half as many in f64. Rows that are longer still go through in parts.
template <int FORM, typename T, typename F>
__device__ void each_long_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, F f) {
    __shared__ Scratch scratch;
    constexpr int E = (16 << FORM) / (sizeof(T) == 8 ? 2 : 1), V = Packed<T>::COUNT;
    const uint64_t row = blockIdx.x;
    const Group group(512, scratch.at);
    if (n % V == 0 && n <= E * group.size) {
        with_whole_row<E, false>(x, row, rows, n, outside, group, f);
        return;
    }
    if constexpr (E <= 32) {
        if (n + (V - 1) <= E * group.size) {
            with_whole_row<E, true>(x, row, rows, n, outside, group, f);
            return;
        }
    }
    Held<T, FEW, true> held(group);
    const uint32_t lead = uint32_t(row * n % V);
    InParts<decltype(held), T> parts{held, x + (row * n - lead), outside, lead, lead + uint64_t(n)};
    f(row, held, parts);
}

}  // namespace prism
