#include <cstdint>

namespace prism {

// Where an element of the delay vectors comes from, and the way to the one behind it.
struct DelayPlace {
    uint64_t row, i;  // the row, the vector
    uint32_t j, k;    // the delay, the channel

    // Division in the width that the number of elements needs.
    template <typename Index>
    __device__ static DelayPlace of(Index element, uint32_t count, uint32_t m, uint32_t c) {
        const Index delay = element / c, vector = delay / m, row = vector / count;
        return {row, vector - row * count, uint32_t(delay - vector * m), uint32_t(element - delay * c)};
    }

    __device__ void advance(uint32_t count, uint32_t m, uint32_t c) {
        if (++k < c) return;
        k = 0;
        if (++j < m) return;
        j = 0;
        if (++i < count) return;
        i = 0;
        ++row;
    }
};

// Elements that are written as one.
template <typename T, int N>
struct alignas(sizeof(T) * N) Several {
    T of[N];
};

}  // namespace prism

// As many elements a thread as fill 16 bytes; the output is dense, so they are written as one.
template <typename T>
__device__ void delay_vectors(const T* x,  // [r, t, c]
                              T* vectors,  // [r, t - (m - 1) * tau, m * c]
                              uint32_t m, uint32_t tau, uint32_t r, uint32_t t, uint32_t c) {
    constexpr int N = 16 / sizeof(T);
    const uint64_t span = uint64_t(m - 1) * tau;
    const uint32_t count = t > span ? uint32_t(t - span) : 0;
    const uint64_t total = uint64_t(r) * count * m * c;
    const uint64_t first = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) * N;
    if (first >= total) return;
    prism::DelayPlace at = total >> 32 ? prism::DelayPlace::of<uint64_t>(first, count, m, c)
                                       : prism::DelayPlace::of<uint32_t>(uint32_t(first), count, m, c);
    prism::Several<T, N> values;
#pragma unroll
    for (int e = 0; e < N; ++e) {
        if (first + e < total) values.of[e] = x[(at.row * t + at.i + uint64_t(at.j) * tau) * c + at.k];
        at.advance(count, m, c);
    }
    if (first + N <= total) {
        *reinterpret_cast<prism::Several<T, N>*>(vectors + first) = values;
    } else {
        for (uint64_t e = first; e < total; ++e) vectors[e] = values.of[e - first];
    }
}
