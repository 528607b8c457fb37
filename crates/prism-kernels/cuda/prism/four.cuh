// Four elements of a row that a thread moves together: 16 bytes at a time where rows are whole groups of four.
#pragma once
#include <cstdint>

namespace prism {

template <typename T>
struct alignas(16) Four {
    T at[4];
};

// The first `count` of four elements, the others 0. `aligned`: `from` lies a multiple of four elements behind the start
// of a buffer, and `count` is 4 or 0.
template <typename T>
__device__ Four<T> load_four(const T* from, uint32_t count, bool aligned) {
    Four<T> four = {};
    if (aligned) {
        if (count) four = *reinterpret_cast<const Four<T>*>(from);
        return four;
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        if (k < count) four.at[k] = from[k];
    }
    return four;
}

// Stores that the compiler neither splits nor joins with those of single elements.
__device__ inline void store_aligned(float* to, const Four<float>& four) {
    __stwb(reinterpret_cast<float4*>(to), make_float4(four.at[0], four.at[1], four.at[2], four.at[3]));
}

__device__ inline void store_aligned(int32_t* to, const Four<int32_t>& four) {
    __stwb(reinterpret_cast<int4*>(to), make_int4(four.at[0], four.at[1], four.at[2], four.at[3]));
}

__device__ inline void store_aligned(double* to, const Four<double>& four) {
    __stwb(reinterpret_cast<double2*>(to), make_double2(four.at[0], four.at[1]));
    __stwb(reinterpret_cast<double2*>(to) + 1, make_double2(four.at[2], four.at[3]));
}

// Writes what `load_four` reads.
template <typename T>
__device__ void store_four(T* to, const Four<T>& four, uint32_t count, bool aligned) {
    if (aligned) {
        if (count) store_aligned(to, four);
        return;
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        if (k < count) to[k] = four.at[k];
    }
}

}  // namespace prism
