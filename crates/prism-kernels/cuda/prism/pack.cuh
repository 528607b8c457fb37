// Neighbouring elements moved together, and widened, those of 16 bits two at a time.
#pragma once
#include <type_traits>

#include "prism/element.cuh"

namespace prism {

// N neighbouring elements, moved together.
template <typename T, int N>
struct alignas(N * sizeof(T)) Pack {
    T at[N];
};

// Packs of 16 bytes, read and written at once: the compiler may take a plain assignment apart. What is met ONCE goes
// first when the second cache needs room.
template <bool ONCE, typename T>
__device__ Packed<T> load_pack(const T* from) {
    const uint4* const at = reinterpret_cast<const uint4*>(from);
    Packed<T> pack;
    *reinterpret_cast<uint4*>(&pack) = ONCE ? __ldcs(at) : *at;
    return pack;
}
template <typename T>
__device__ void store_pack(T* to, const Packed<T>& pack) {
    __stcs(reinterpret_cast<uint4*>(to), *reinterpret_cast<const uint4*>(&pack));
}

// Two neighbours of 16 bits.
template <typename T>
using Pair = std::conditional_t<std::is_same_v<T, __half>, __half2, __nv_bfloat162>;

__device__ inline float2 widen(__half2 pair) { return __half22float2(pair); }
__device__ inline float2 widen(__nv_bfloat162 pair) { return __bfloat1622float2(pair); }

// Calls f(pair, its number) for the pairs of a pack.
template <typename T, typename F>
__device__ void each_pair(const uint4& pack, F f) {
    const uint32_t words[] = {pack.x, pack.y, pack.z, pack.w};
#pragma unroll
    for (int k = 0; k < 4; ++k) f(*reinterpret_cast<const Pair<T>*>(&words[k]), k);
}

// The elements of a pack, to arithmetic.
template <typename T>
__device__ void widen_pack(const uint4& pack, computed<T>* x) {
    if constexpr (sizeof(T) == 2) {
        each_pair<T>(pack, [&](Pair<T> pair, int k) {
            const float2 two = widen(pair);
            x[2 * k] = two.x, x[2 * k + 1] = two.y;
        });
    } else {
#pragma unroll
        for (int v = 0; v < Packed<T>::COUNT; ++v) x[v] = reinterpret_cast<const Packed<T>*>(&pack)->at[v];
    }
}

}  // namespace prism
