// A function of two arrays that are stretched to one shape.
#pragma once
#include "prism/element.cuh"
#include "prism/flat.cuh"

namespace prism {

// The axes of the result, outermost first, and which of them its operands have.
template <typename I, int COUNT>
struct Axes {
    static constexpr int INNER = COUNT - 1, HELD = COUNT > 2 ? 2 : 4;
    I extent[COUNT];
    uint32_t a, b;  // bit k: the operand has the k-th axis; along others it is repeated

    // Whether an operand has all axes that are longer than 1, or none of them: then an offset needs no division.
    __device__ bool plain(uint32_t along) const { return has_all(along) || (along & longer()) == 0; }

    __device__ bool has_all(uint32_t along) const { return (longer() & ~along) == 0; }

    // Whether neighbours in a row of the result are neighbours in the operand, not the same element.
    __device__ bool steps(uint32_t along) const { return has_all(along) || ((along & longer()) >> INNER & 1); }

    // Offsets into the operands of element i of the result.
    __device__ void locate(I i, I& at_a, I& at_b) const {
        at_a = has_all(a) ? i : 0, at_b = has_all(b) ? i : 0;
        if (plain(a) && plain(b)) return;
        I of_a = 1, of_b = 1, found_a = 0, found_b = 0;
#pragma unroll
        for (int k = INNER; k >= 0; --k) {
            if (i == 0) break;
            const I above = i < extent[k] ? 0 : i / extent[k], here = i - above * extent[k];
            if (a >> k & 1) found_a += here * of_a, of_a *= extent[k];
            if (b >> k & 1) found_b += here * of_b, of_b *= extent[k];
            i = above;
        }
        at_a = found_a, at_b = found_b;
    }

  private:
    __device__ uint32_t longer() const {
        uint32_t mask = 0;
#pragma unroll
        for (int k = 0; k < COUNT; ++k) mask |= uint32_t(extent[k] > 1) << k;
        return mask;
    }
};

// V neighbours, or V times the same element.
template <typename T>
__device__ Packed<T> stretched(const T* from, bool steps) {
    if (steps) return *reinterpret_cast<const Packed<T>*>(from);
    Packed<T> pack;
#pragma unroll
    for (int v = 0; v < Packed<T>::COUNT; ++v) pack.at[v] = *from;
    return pack;
}

template <typename T, typename I, int COUNT, typename F>
__device__ void broadcast_in(const Axes<I, COUNT>& axes, I n, F f, T* c, const T* a, const T* b) {
    constexpr int V = Packed<T>::COUNT;
    struct Pair {
        Packed<T> a, b;
    };
    const auto one = [&](I i) {
        I at_a, at_b;
        axes.locate(i, at_a, at_b);
        return narrow<T>(f(widen(a[at_a]), widen(b[at_b])));
    };
    const bool is_flat = axes.plain(axes.a) && axes.plain(axes.b);
    if (!is_flat && axes.extent[axes.INNER] % V) {
        flat<1, axes.HELD>(n, one, [&](I i, T value) { c[i] = value; });
        return;
    }
    // A pack lies in one row, and rows begin at multiples of its size.
    const bool steps_a = axes.steps(axes.a), steps_b = axes.steps(axes.b);
    const auto load = [&](I i) {
        Pair pair = {};
        if (n - i < V) return pair;
        I at_a, at_b;
        axes.locate(i, at_a, at_b);
        pair.a = stretched(a + at_a, steps_a);
        pair.b = stretched(b + at_b, steps_b);
        return pair;
    };
    flat<V, axes.HELD>(n, load, [&](I i, const Pair& pair) {
        Packed<T> result;
        if (n - i < V) {  // only of plain operands: rows are whole packs else
            for (; i < n; ++i)
                c[i] = narrow<T>(f(widen(a[axes.has_all(axes.a) ? i : 0]), widen(b[axes.has_all(axes.b) ? i : 0])));
            return;
        }
#pragma unroll
        for (int v = 0; v < V; ++v) result.at[v] = narrow<T>(f(widen(pair.a.at[v]), widen(pair.b.at[v])));
        *reinterpret_cast<Packed<T>*>(c + i) = result;
    });
}

// c = f(a, b) of every element, a and b repeated along the axes of c that they do not have. Bit k of `a_along` and
// `b_along` stands for the k-th of `extents`; those before the last COUNT are 1.
template <int COUNT, typename T, typename F>
__device__ void broadcast(const uint64_t (&extents)[8], uint32_t a_along, uint32_t b_along, F f, T* c, const T* a,
                          const T* b) {
    constexpr int FIRST = 8 - COUNT;
    uint64_t n = 1;
#pragma unroll
    for (int k = FIRST; k < 8; ++k) n *= extents[k];
    counted(n, [&](auto zero) {
        Axes<decltype(zero), COUNT> axes;
#pragma unroll
        for (int k = FIRST; k < 8; ++k) axes.extent[k - FIRST] = extents[k];
        axes.a = a_along >> FIRST, axes.b = b_along >> FIRST;
        broadcast_in(axes, decltype(zero)(n), f, c, a, b);
    });
}

}  // namespace prism
