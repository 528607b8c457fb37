#include "prism/element.cuh"

namespace prism {

// The extents of delay vectors: `count` of them a row, m delays `tau` apart of c channels each.
struct Delays {
    uint32_t count, m, tau, c;
};

// An element of the delay vectors.
struct DelayPlace {
    uint64_t row;
    uint32_t i, j, k;  // the vector, the delay, the channel

    // Division in the width that the number of elements needs.
    template <typename Index>
    __device__ static DelayPlace of(Index element, const Delays& d) {
        const Index delay = element / d.c, vector = delay / d.m, row = vector / d.count;
        return {row, uint32_t(vector - row * d.count), uint32_t(delay - vector * d.m), uint32_t(element - delay * d.c)};
    }

    // Its place in the series.
    __device__ uint64_t source(uint32_t t, const Delays& d) const {
        return (row * t + i + uint64_t(j) * d.tau) * d.c + k;
    }

    // As many elements on as `step` lies behind the first.
    __device__ void advance(const DelayPlace& step, const Delays& d) {
        k += step.k;
        j += step.j;
        row += step.row;
        if (k >= d.c) k -= d.c, ++j;
        if (j >= d.m) j -= d.m, ++i;
        const uint64_t vector = uint64_t(i) + step.i;
        const bool is_next = vector >= d.count;
        i = uint32_t(is_next ? vector - d.count : vector);
        row += is_next;
    }
};

// The `known` first of sixteen bytes of elements from `at` on: their channels, delays and vectors follow each other,
// and the last of a row's vectors ends where the row does.
template <bool ONE_CHANNEL, typename T>
__device__ Packed<T> delayed(const T* x, uint32_t t, DelayPlace at, const Delays& d, uint32_t known) {
    const int64_t forth = int64_t(d.tau - 1) * d.c, back = -int64_t(d.m - 1) * d.tau * d.c;
    const T* from = x + at.source(t, d);
    Packed<T> values;
#pragma unroll
    for (uint32_t e = 0; e < Packed<T>::COUNT; ++e) {
        if (e < known) values.at[e] = *from;
        const bool is_next_delay = ONE_CHANNEL || at.k + 1 == d.c, is_next_vector = is_next_delay && at.j + 1 == d.m;
        const bool is_next_row = is_next_vector && at.i + 1 == d.count;
        from += 1 + (is_next_delay ? (is_next_vector ? (is_next_row ? 0 : back) : forth) : 0);
        at.k = is_next_delay ? 0 : at.k + 1;
        at.j = is_next_vector ? 0 : at.j + is_next_delay;
        at.i = is_next_row ? 0 : at.i + is_next_vector;
    }
    return values;
}

// All sixteen bytes.
template <bool ONE_CHANNEL, typename T>
__device__ Packed<T> delayed(const T* x, uint32_t t, const DelayPlace& at, const Delays& d) {
    constexpr uint32_t N = Packed<T>::COUNT;
    if (!ONE_CHANNEL && d.c % N == 0) return *reinterpret_cast<const Packed<T>*>(x + at.source(t, d));
    return delayed<ONE_CHANNEL>(x, t, at, d, N);
}

// The thread's packs, each a block's width behind the last; HELD are loaded before the first is written. The last block
// writes element by element.
template <bool ONE_CHANNEL, typename T>
__device__ void put_delayed(const T* x, T* vectors, uint32_t t, uint64_t total, const Delays& d) {
    constexpr uint32_t N = Packed<T>::COUNT, PACKS = 8, HELD = 4;
    const uint32_t stride = blockDim.x * N;
    const uint64_t begin = uint64_t(blockIdx.x) * (stride * PACKS);
    uint64_t first = begin + threadIdx.x * N;
    if (first >= total) return;
    DelayPlace at = total >> 32 ? DelayPlace::of<uint64_t>(first, d) : DelayPlace::of<uint32_t>(uint32_t(first), d);
    const DelayPlace step = DelayPlace::of<uint32_t>(stride, d);
    if (total - begin < stride * PACKS) {
#pragma unroll 1
        for (; first < total; first += stride, at.advance(step, d)) {
            const uint32_t known = uint32_t(min(total - first, uint64_t(N)));
            const Packed<T> values = delayed<ONE_CHANNEL>(x, t, at, d, known);
#pragma unroll
            for (uint32_t e = 0; e < N; ++e) {
                if (e < known) vectors[first + e] = values.at[e];
            }
        }
        return;
    }
#pragma unroll 1
    for (uint32_t p = 0; p < PACKS; p += HELD, first += HELD * stride) {
        Packed<T> held[HELD];
#pragma unroll
        for (int h = 0; h < HELD; ++h, at.advance(step, d)) held[h] = delayed<ONE_CHANNEL>(x, t, at, d);
#pragma unroll
        for (int h = 0; h < HELD; ++h) *reinterpret_cast<Packed<T>*>(vectors + first + h * stride) = held[h];
    }
}

}  // namespace prism

// Sixteen bytes at a time, of neighbouring channels where their number allows it, a thread eight times.
template <typename T>
__device__ void delay_vectors(const T* x,  // [r, t, c]
                              T* vectors,  // [r, t - (m - 1) * tau, m * c]
                              uint32_t m, uint32_t tau, uint32_t r, uint32_t t, uint32_t c) {
    const uint64_t span = uint64_t(m - 1) * tau;
    const prism::Delays delays = {t > span ? uint32_t(t - span) : 0, m, tau, c};
    const uint64_t total = uint64_t(r) * delays.count * m * c;
    if (c == 1)
        prism::put_delayed<true>(x, vectors, t, total, delays);
    else
        prism::put_delayed<false>(x, vectors, t, total, delays);
}
