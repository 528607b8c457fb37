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

    // A number's key. NaN is above all numbers and −0 equals 0: a sum has one NaN only, and no −0 but of two.
    __device__ uint32_t key(float x) const {
        const uint32_t own = __float_as_uint(x + 0.0f), order = own ^ (uint32_t(int32_t(own) >> 31) | 0x80000000u);
        return (smallest ? ~order : order) >> (32 - KEY);
    }

    __device__ uint64_t of(T value, uint32_t place) const {
        return uint64_t(key(widen(value))) << places | (mask() - place);
    }

    // The least rank that an element equal to a number can have.
    __device__ uint64_t from(float x) const { return uint64_t(key(x)) << places; }

    // A number to compare elements with at once: what is beyond that of a rank has a lower one. NaN where nothing is.
    __device__ float limit(uint64_t rank) const {
        const uint32_t key = uint32_t(rank >> places) << (32 - KEY), order = smallest ? ~key : key;
        return __uint_as_float(order >> 31 ? order ^ 0x80000000u : ~order);
    }
    __device__ bool is_beyond(T value, float limit) const {
        return smallest ? widen(value) > limit : widen(value) < limit;
    }

    __device__ uint32_t place(uint64_t rank) const { return uint32_t(mask() - (rank & mask())); }

    __device__ T value(uint64_t rank) const { return row[place(rank) * stride]; }

    // The rank with its place before its key, so that larger ones come earlier in the row; and the place of such a one.
    __device__ uint64_t by_place(uint64_t rank) const { return (rank & mask()) << KEY | rank >> places; }
    __device__ uint32_t place_first(uint64_t turned) const { return uint32_t(mask() - (turned >> KEY)); }

    // Calls f(element, its place) for `count` elements of the row, all of them or a multiple of 256, on the threads of
    // the block: the packs that 32 neighbours load, of these every `every`-th of the row. `HELD` packs are loaded
    // before the first is used.
    template <int HELD, typename F>
    __device__ void each(uint32_t count, F f, uint32_t every = 1) const {
        if (stride == 1 && n % Packed<T>::COUNT == 0)
            packs<Packed<T>::COUNT, HELD>(count, f, every);
        else
            packs<1, HELD>(count, f, every);
    }

  private:
    __device__ uint64_t mask() const { return (1ull << places) - 1; }

    template <int V, int HELD, typename F>
    __device__ void packs(uint32_t count, F f, uint32_t every) const {
        for (uint64_t first = threadIdx.x; first * V < count; first += HELD * blockDim.x) {
            Pack<T, V> held[HELD];
            const auto place = [&](uint32_t k) {
                const uint64_t pack = first + k * blockDim.x;
                return (pack / 32 * every * 32 + pack % 32) * V;
            };
            const auto is_one = [&](uint32_t k) { return (first + k * blockDim.x) * V < count; };
#pragma unroll
            for (uint32_t k = 0; k < HELD; ++k) {
                if (is_one(k)) held[k] = *reinterpret_cast<const Pack<T, V>*>(row + place(k) * (V == 1 ? stride : 1));
            }
#pragma unroll
            for (uint32_t k = 0; k < HELD; ++k) {
                if (!is_one(k)) continue;
#pragma unroll
                for (uint32_t v = 0; v < V; ++v) f(held[k].at[v], uint32_t(place(k) + v));
            }
        }
    }
};

}  // namespace prism
