// A function of two arrays that are stretched to one shape.
#pragma once
#include <type_traits>

#include "prism/element.cuh"
#include "prism/flat.cuh"

namespace prism {

__device__ inline uint32_t high_product(uint32_t x, uint32_t y) { return __umulhi(x, y); }
__device__ inline uint64_t high_product(uint64_t x, uint64_t y) { return __umul64hi(x, y); }

// i / by, where `inverse` is ~0 / by: what that gives is less by 1 at most.
template <typename I>
__device__ I quotient(I i, I by, I inverse) {
    const I near = high_product(i, inverse);
    return near + (i - near * by >= by);
}

// The axes of the result, outermost first, and which of them its operands have.
template <typename I, int COUNT>
struct Axes {
    static constexpr int INNER = COUNT - 1, HELD = sizeof(I) == 4 ? 4 : COUNT > 2 ? 2 : 1;
    I extent[COUNT];
    uint32_t a, b;     // bit k: the operand has the k-th axis; along others it is repeated
    const I* inverse;  // [COUNT], of the extents

    __device__ bool has_all(uint32_t along) const { return (longer() & ~along) == 0; }

    // Whether both operands have all axes that are longer than 1, or none of them: then offsets need no division.
    __device__ bool is_flat() const { return is_plain(a) && is_plain(b); }

    // Whether neighbours in a row of the result are neighbours in the operand, not the same element.
    __device__ bool steps(uint32_t along) const { return has_all(along) || ((along & longer()) >> INNER & 1); }

    // Offsets into the operands of element i of the result; returns how many elements of its row are left from it on.
    __device__ I locate(I i, I& at_a, I& at_b) const {
        at_a = has_all(a) ? i : 0, at_b = has_all(b) ? i : 0;
        if (is_flat()) return ~I(0);
        I of_a = 1, of_b = 1, found_a = 0, found_b = 0, left = 0;
#pragma unroll
        for (int k = INNER; k >= 0; --k) {
            if (k < INNER && i == 0) break;
            const I above = k ? quotient(i, extent[k], inverse[k]) : 0, here = i - above * extent[k];
            if (k == INNER) left = extent[k] - here;
            if (a >> k & 1) found_a += here * of_a, of_a *= extent[k];
            if (b >> k & 1) found_b += here * of_b, of_b *= extent[k];
            i = above;
        }
        at_a = found_a, at_b = found_b;
        return left;
    }

    // Element i of the result.
    template <typename T, typename F>
    __device__ T element(I i, F f, const T* x, const T* y) const {
        I at_x, at_y;
        locate(i, at_x, at_y);
        return narrow<T>(f(widen(x[at_x]), widen(y[at_y])));
    }

  private:
    __device__ bool is_plain(uint32_t along) const { return has_all(along) || (along & longer()) == 0; }

    __device__ uint32_t longer() const {
        uint32_t mask = 0;
#pragma unroll
        for (int k = 0; k < COUNT; ++k) mask |= uint32_t(extent[k] > 1) << k;
        return mask;
    }
};

// Sixteen bytes in the units that are computed with: f16 and bf16 go by twos, with the same one rounding.
template <typename T>
struct Unit {
    using Type = T;
};
template <>
struct Unit<__half> {
    using Type = __half2;
};
template <>
struct Unit<__nv_bfloat16> {
    using Type = __nv_bfloat162;
};

template <typename T>
struct alignas(16) Words {
    using Unit = typename prism::Unit<T>::Type;
    using Word = std::conditional_t<sizeof(T) == 2, uint32_t, T>;
    static constexpr int COUNT = 16 / sizeof(Word);
    Word at[COUNT];

    Words() = default;
    __device__ Words(const Packed<T>& pack) : Words(reinterpret_cast<const Words&>(pack)) {}

    // f of every element of two packs.
    template <typename F>
    static __device__ Words of(F f, const Words& a, const Words& b) {
        Words result;
#pragma unroll
        for (int k = 0; k < COUNT; ++k)
            reinterpret_cast<Unit&>(result.at[k]) =
                f(reinterpret_cast<const Unit&>(a.at[k]), reinterpret_cast<const Unit&>(b.at[k]));
        return result;
    }
};

// The elements of a pack in an operand, of which neighbours are neighbours if it `steps`, else the same: the first
// `left` from place `at` on, the others, unless rows are `WHOLE` packs, from `next` on.
template <bool WHOLE, typename T, typename I>
__device__ Words<T> stretched(const T* x, I at, I next, I left, bool steps, bool all) {
    constexpr int V = Packed<T>::COUNT;
    if (steps && (WHOLE || all)) return *reinterpret_cast<const Words<T>*>(x + at);
    Packed<T> pack;
    if (!WHOLE && steps) {
#pragma unroll
        for (int v = 0; v < V; ++v) pack.at[v] = x[v < left ? at + v : next + v - left];
        return pack;
    }
    const T first = x[at], last = !WHOLE && left < V ? x[next] : first;
#pragma unroll
    for (int v = 0; v < V; ++v) pack.at[v] = WHOLE || v < left ? first : last;
    return pack;
}

// Where rows of the result are `WHOLE` packs, or no rows; else where they are no shorter than one.
template <bool WHOLE, typename T, typename I, int COUNT, typename F>
__device__ void broadcast_packs(const Axes<I, COUNT>& axes, I n, F f, T* c, const T* a, const T* b) {
    constexpr int V = Packed<T>::COUNT;
    struct Pair {
        Words<T> a, b;
    };
    const bool steps_a = axes.steps(axes.a), steps_b = axes.steps(axes.b);
    const bool all_a = axes.has_all(axes.a), all_b = axes.has_all(axes.b);
    const auto load = [&](I i) {
        Pair pair = {};
        if (n - i < V) return pair;
        I at_a, at_b, next_a = 0, next_b = 0;
        const I left = axes.locate(i, at_a, at_b);
        if (!WHOLE && left < V) axes.locate(i + left, next_a, next_b);
        pair.a = stretched<WHOLE>(a, at_a, next_a, left, steps_a, all_a);
        pair.b = stretched<WHOLE>(b, at_b, next_b, left, steps_b, all_b);
        return pair;
    };
    flat<V, axes.HELD>(n, load, [&](I i, const Pair& pair) {
        if (n - i >= V) {
            *reinterpret_cast<Words<T>*>(c + i) = Words<T>::of(f, pair.a, pair.b);
            return;
        }
        for (; i < n; ++i) c[i] = axes.element(i, f, a, b);
    });
}

template <typename T, typename I, int COUNT, typename F>
__device__ void broadcast_in(const Axes<I, COUNT>& axes, I n, F f, T* c, const T* a, const T* b) {
    constexpr int V = Packed<T>::COUNT;
    const I inner = axes.extent[axes.INNER];
    if (axes.is_flat() || inner % V == 0)
        broadcast_packs<true>(axes, n, f, c, a, b);
    else if (sizeof(I) + sizeof(T) < 16 && inner > V)
        broadcast_packs<false>(axes, n, f, c, a, b);
    else  // a pack may lie in more than two rows; of doubles counted in 64 bits registers would not do
        flat<1, axes.HELD>(n, [&](I i) { return axes.element(i, f, a, b); }, [&](I i, T value) { c[i] = value; });
}

// The inverses of the extents that `quotient` takes: a thread of the block makes each.
template <int COUNT, typename I>
__device__ const I* inverses(const I (&extent)[COUNT]) {
    __shared__ I inverse[COUNT];
    if (threadIdx.x == 0) {
#pragma unroll
        for (int k = 0; k < COUNT; ++k) inverse[k] = extent[k];
    }
    __syncthreads();
    if (threadIdx.x < COUNT) inverse[threadIdx.x] = ~I(0) / inverse[threadIdx.x];
    __syncthreads();
    return inverse;
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
        axes.inverse = axes.is_flat() ? nullptr : inverses<COUNT>(axes.extent);
        broadcast_in(axes, decltype(zero)(n), f, c, a, b);
    });
}

}  // namespace prism
