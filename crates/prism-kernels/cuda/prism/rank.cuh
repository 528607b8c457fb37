// The order of a row's elements, the larger first and of equal ones the first: as numbers, of which no two are equal.
#pragma once
#include "prism/row.cuh"

namespace prism {

// The bits that tell the floats apart which elements of a type become.
template <typename T>
struct KeyBits {
    static constexpr uint32_t COUNT = 32;
};
template <>
struct KeyBits<__half> {
    static constexpr uint32_t COUNT = 19;
};
template <>
struct KeyBits<__nv_bfloat16> {
    static constexpr uint32_t COUNT = 16;
};

// The elements of a row, `stride` elements apart.
template <typename T>
struct Ranks {
    static constexpr uint32_t KEY = KeyBits<T>::COUNT;
    const T* row;
    uint64_t stride;
    uint32_t n, places;  // elements, and the bits of their places
    bool smallest;       // the smaller first

    __device__ Ranks(const T* row, uint32_t n, uint64_t stride = 1, bool smallest = false)
        : row(row), stride(stride), n(n), places(32 - __clz(n - 1)), smallest(smallest) {}

    __device__ uint32_t bits() const { return KEY + places; }

    // NaN is above all numbers, and −0 equals 0.
    __device__ uint64_t of(T value, uint32_t place) const {
        const float x = widen(value);
        const uint32_t own = x == 0 ? 0 : __float_as_uint(x), order = own >> 31 ? ~own : own | 0x80000000u;
        const uint32_t key = (x == x ? order : ~0u) >> (32 - KEY);
        return uint64_t(smallest ? (1ull << KEY) - 1 - key : key) << places | (mask() - place);
    }

    __device__ uint32_t place(uint64_t rank) const { return uint32_t(mask() - (rank & mask())); }

    __device__ T value(uint64_t rank) const { return row[place(rank) * stride]; }

    // The rank with its place before its key, so that larger ones come earlier in the row; and the place of such a one.
    __device__ uint64_t by_place(uint64_t rank) const { return (rank & mask()) << KEY | rank >> places; }
    __device__ uint32_t place_first(uint64_t turned) const { return uint32_t(mask() - (turned >> KEY)); }

    // Calls f(element, its place) for the first `count` elements of the row, all of them or a multiple of eight, on the
    // threads of the block; `HELD` packs are loaded before the first is used.
    template <int HELD, typename F>
    __device__ void each(uint32_t count, F f) const {
        if (stride == 1 && n % Packed<T>::COUNT == 0)
            packs<Packed<T>::COUNT, HELD>(count, f);
        else
            packs<1, HELD>(count, f);
    }

  private:
    __device__ uint64_t mask() const { return (1ull << places) - 1; }

    template <int V, int HELD, typename F>
    __device__ void packs(uint32_t count, F f) const {
        for (uint64_t first = threadIdx.x; first * V < count; first += HELD * blockDim.x) {
            Pack<T, V> held[HELD];
#pragma unroll
            for (int k = 0; k < HELD; ++k) {
                const uint64_t at = (first + k * blockDim.x) * V;
                if (at < count) held[k] = *reinterpret_cast<const Pack<T, V>*>(row + at * (V == 1 ? stride : 1));
            }
#pragma unroll
            for (int k = 0; k < HELD; ++k) {
                const uint64_t at = (first + k * blockDim.x) * V;
                if (at >= count) continue;
#pragma unroll
                for (int v = 0; v < V; ++v) f(held[k].at[v], uint32_t(at + v));
            }
        }
    }
};

}  // namespace prism
