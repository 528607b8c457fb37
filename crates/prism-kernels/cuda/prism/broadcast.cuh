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

// An axis of the result: its extent, what `quotient` divides by it with, and how far apart neighbours along it lie in
// the operands, 0 where they are the same element.
template <typename I>
struct alignas(4 * sizeof(I)) ResultAxis {
    I extent, inverse, step_a, step_b;
};

// The axes of the result, outermost first, and which of them its operands have.
template <typename I, int COUNT>
struct Axes {
    static constexpr int INNER = COUNT - 1, HELD = sizeof(I) == 4 ? 4 : COUNT > 2 ? 2 : 1;
    const ResultAxis<I>* axis;  // [COUNT]
    I inner;                    // the last extent
    uint32_t longer;            // bit k: the k-th extent is more than 1
    uint32_t a, b;              // bit k: the operand has the k-th axis; along others it is repeated

    __device__ bool has_all(uint32_t along) const { return (longer & ~along) == 0; }

    // Whether both operands have all axes that are longer than 1, or none of them: then offsets need no division.
    __device__ bool is_flat() const { return is_plain(a) && is_plain(b); }

    // Whether neighbours in a row of the result are neighbours in the operand, not the same element.
    __device__ bool steps(uint32_t along) const { return has_all(along) || ((along & longer) >> INNER & 1); }

    // Offsets into the operands of element i of the result; returns how many elements of its row are left from it on.
    __device__ I locate(I i, I& at_a, I& at_b) const {
        at_a = has_all(a) ? i : 0, at_b = has_all(b) ? i : 0;
        if (is_flat()) return ~I(0);
        at_a = at_b = 0;
        I left = 0;
#pragma unroll(COUNT > 2 ? 1 : COUNT)
        for (int k = INNER; k >= 0; --k) {
            const ResultAxis<I> of = axis[k];
            const I above = quotient(i, of.extent, of.inverse), here = i - above * of.extent;
            if (k == INNER) left = of.extent - here;
            at_a += here * of.step_a, at_b += here * of.step_b;
            i = above;
            if (i == 0) break;
        }
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
    __device__ bool is_plain(uint32_t along) const { return has_all(along) || (along & longer) == 0; }
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
    const T first = x[at], last = WHOLE ? first : x[left < V ? next : at];
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
    const I inner = axes.inner;
    if (axes.is_flat() || inner % V == 0)
        broadcast_packs<true>(axes, n, f, c, a, b);
    else if (sizeof(I) + sizeof(T) < 16 && inner > V)
        broadcast_packs<false>(axes, n, f, c, a, b);
    else  // a pack may lie in more than two rows; of doubles counted in 64 bits registers would not do
        flat<1, axes.HELD>(n, [&](I i) { return axes.element(i, f, a, b); }, [&](I i, T value) { c[i] = value; });
}

// The axes of the result; a thread of the block makes each. All threads must call it.
template <int COUNT, typename I>
__device__ const ResultAxis<I>* axes_of(const uint64_t (&extents)[8], uint32_t a, uint32_t b) {
    __shared__ ResultAxis<I> axes[COUNT];
    if (threadIdx.x == 0) {
        I of_a = 1, of_b = 1;
#pragma unroll
        for (int k = COUNT - 1; k >= 0; --k) {
            const I extent = extents[8 - COUNT + k];
            const bool has_a = a >> k & 1, has_b = b >> k & 1;
            axes[k] = {extent, 0, has_a ? of_a : 0, has_b ? of_b : 0};
            of_a *= has_a ? extent : 1, of_b *= has_b ? extent : 1;
        }
    }
    __syncthreads();
    if (threadIdx.x < COUNT) axes[threadIdx.x].inverse = ~I(0) / axes[threadIdx.x].extent;
    __syncthreads();
    return axes;
}

// c = f(a, b) of every element, a and b repeated along the axes of c that they do not have. Bit k of `a_along` and
// `b_along` stands for the k-th of `extents`; those before the last COUNT are 1.
template <int COUNT, typename T, typename F>
__device__ void broadcast(const uint64_t (&extents)[8], uint32_t a_along, uint32_t b_along, F f, T* c, const T* a,
                          const T* b) {
    constexpr int FIRST = 8 - COUNT;
    uint64_t n = 1;
    uint32_t longer = 0;
#pragma unroll
    for (int k = FIRST; k < 8; ++k) n *= extents[k], longer |= uint32_t(extents[k] > 1) << (k - FIRST);
    counted(n, [&](auto zero) {
        using I = decltype(zero);
        Axes<I, COUNT> axes = {nullptr, I(extents[7]), longer, a_along >> FIRST, b_along >> FIRST};
        if (!axes.is_flat()) axes.axis = axes_of<COUNT, I>(extents, axes.a, axes.b);
        broadcast_in(axes, I(n), f, c, a, b);
    });
}

}  // namespace prism
