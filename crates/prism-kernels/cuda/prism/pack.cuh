// Neighbouring elements, moved together.
#pragma once
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

}  // namespace prism
