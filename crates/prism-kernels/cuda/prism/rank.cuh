// The order of a row's elements, the larger first and of equal ones the first: as numbers, of which no two are equal.
#pragma once
#include "prism/pack.cuh"

namespace prism {

// The bits that tell the numbers apart which elements of a type become, and what holds them with those of a place.
template <typename T>
struct KeyBits {
    static constexpr uint32_t COUNT = 32;
    using Rank = uint64_t;
};
template <>
struct KeyBits<__half> {
    static constexpr uint32_t COUNT = 19;
    using Rank = uint64_t;
};
template <>
struct KeyBits<__nv_bfloat16> {
    static constexpr uint32_t COUNT = 16;
    using Rank = uint64_t;
};
template <>
struct KeyBits<double> {
    static constexpr uint32_t COUNT = 64;
    using Rank = unsigned __int128;
};

// A number's bits in the order of numbers, NaN above all and −0 equal to 0; and the number of such bits. A sum of
// floats has one NaN only, and no −0 but of two.
__device__ inline uint32_t ordered(float x) {
    const uint32_t own = __float_as_uint(x + 0.0f);
    return own ^ (uint32_t(int32_t(own) >> 31) | 0x80000000u);
}
__device__ inline uint64_t ordered(double x) {
    const uint64_t own = x == x ? __double_as_longlong(x + 0.0) : 0x7ff8000000000000;
    return own ^ (uint64_t(int64_t(own) >> 63) | 1ull << 63);
}
__device__ inline float number(uint32_t order) { return __uint_as_float(order >> 31 ? order ^ 0x80000000u : ~order); }
__device__ inline double number(uint64_t order) {
    return __longlong_as_double(order >> 63 ? order ^ 1ull << 63 : ~order);
}

__device__ inline uint64_t larger(uint64_t a, uint64_t b) { return max(a, b); }
__device__ inline unsigned __int128 larger(unsigned __int128 a, unsigned __int128 b) { return a < b ? b : a; }

// How many bits a number has, at least 1.
__device__ inline uint32_t bit_length(uint64_t x) { return 64 - __clzll(x | 1); }
__device__ inline uint32_t bit_length(unsigned __int128 x) {
    return x >> 64 ? 64 + bit_length(uint64_t(x >> 64)) : bit_length(uint64_t(x));
}

// The elements of a row, `stride` elements apart. Lists keep a word of a rank, 0 for none: all of it or, where its key
// takes a word by itself, its place, of which the row has the key.
template <typename T>
struct Ranks {
    static constexpr uint32_t KEY = KeyBits<T>::COUNT;
    static constexpr bool BY_PLACE = KEY == 64;
    using W = computed<T>;
    using Key = decltype(ordered(W()));
    using Rank = typename KeyBits<T>::Rank;
    const T* row;
    uint64_t stride;
    uint32_t n, places;  // elements, and the bits of their places
    bool smallest;       // the smaller first

    __device__ Ranks(const T* row, uint32_t n, uint64_t stride = 1, bool smallest = false)
        : row(row), stride(stride), n(n), places(32 - __clz(n - 1)), smallest(smallest) {}

    __device__ uint32_t bits() const { return KEY + places; }

    __device__ Key key(W x) const {
        const Key order = ordered(x);
        return (smallest ? ~order : order) >> (8 * sizeof(Key) - KEY);
    }

    __device__ Rank of(T value, uint32_t place) const { return Rank(key(widen(value))) << places | (mask() - place); }

    // The least rank that an element equal to a number can have.
    __device__ Rank from(W x) const { return Rank(key(x)) << places; }

    // A number to compare elements with at once: what is beyond that of a rank has a lower one. NaN where nothing is.
    __device__ W limit(Rank rank) const {
        const Key key = Key(rank >> places) << (8 * sizeof(Key) - KEY), order = smallest ? ~key : key;
        return number(order);
    }
    __device__ bool is_beyond(T value, W limit) const { return smallest ? widen(value) > limit : widen(value) < limit; }

    // The word of a rank, the rank of a word, its place and its element.
    __device__ uint64_t word(Rank rank) const {
        if constexpr (BY_PLACE)
            return rank ? (uint64_t(rank) & mask()) + 1 : 0;
        else
            return rank;
    }
    __device__ Rank rank(uint64_t word) const {
        if constexpr (BY_PLACE)
            return word ? of(value(word), place(word)) : Rank(0);
        else
            return word;
    }
    __device__ uint32_t place(uint64_t word) const { return uint32_t(mask() - (BY_PLACE ? word - 1 : word & mask())); }
    __device__ T value(uint64_t word) const { return row[place(word) * stride]; }

    // The word with its place before its key, so that larger ones come earlier in the row; and the place of such a one.
    __device__ uint64_t by_place(uint64_t word) const {
        if constexpr (BY_PLACE)
            return word;
        else
            return (word & mask()) << KEY | word >> places;
    }
    __device__ uint32_t place_first(uint64_t turned) const {
        if constexpr (BY_PLACE)
            return place(turned);
        else
            return uint32_t(mask() - (turned >> KEY));
    }

    // A rank by which to bound others in a word, all of it or its key, and the bounds of ranks that two of these leave.
    __device__ unsigned long long bound(Rank rank) const { return BY_PLACE ? rank >> places : rank; }
    __device__ void narrow(Rank& lowest, Rank& highest, uint64_t least, uint64_t most) const {
        if constexpr (BY_PLACE) {
            const Rank low = Rank(least) << places, high = Rank(most) << places | mask();
            if (lowest < low) lowest = low;
            if (high < highest) highest = high;
        } else {
            lowest = least, highest = most;
        }
    }

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
