// Spans of memory that begin anywhere, read 16 bytes at a time by a group of threads.
#pragma once
#include <type_traits>

#include "prism/element.cuh"

namespace prism {

// Where the packs of a span lie: the elements before the first multiple of 16 bytes and those after the last go alone.
template <typename T>
struct Span {
    static constexpr int V = Packed<T>::COUNT;
    uint64_t head, packs, count;

    __device__ Span(const T* from, uint64_t count) : count(count) {
        head = min(count, uint64_t(-reinterpret_cast<uintptr_t>(from) % 16 / sizeof(T)));
        packs = (count - head) / V;
    }

    __device__ uint64_t tail() const { return head + packs * V; }

    // Calls one(place) for single elements, several<U>(place, jump) for U packs of which the next begins `jump`
    // elements later: every element of the span once, each thread's in ascending order.
    template <int U, typename One, typename Several>
    __device__ void each(uint32_t lane, uint32_t group, One one, Several several) const {
        for (uint64_t i = lane; i < head; i += group) one(i);
        uint64_t p = lane;
        for (; p + (U - 1) * uint64_t(group) < packs; p += U * uint64_t(group))
            several(head + p * V, uint64_t(group) * V, std::integral_constant<int, U>());
        for (; p < packs; p += group) several(head + p * V, 0, std::integral_constant<int, 1>());
        for (uint64_t i = tail() + lane; i < count; i += group) one(i);
    }
};

// U packs of a span, loaded together and widened.
template <typename T, int U>
struct Run {
    static constexpr int V = Packed<T>::COUNT;
    computed<T> x[U * V];

    __device__ Run(const T* from, uint64_t jump) {
        Packed<T> packs[U];
#pragma unroll
        for (int u = 0; u < U; ++u) packs[u] = *reinterpret_cast<const Packed<T>*>(from + u * jump);
#pragma unroll
        for (int k = 0; k < U * V; ++k) x[k] = widen(packs[k / V].at[k % V]);
    }
};

}  // namespace prism
