// Elements of every floating type: loaded 16 bytes at a time, computed in float or double.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace prism {

// What arithmetic on elements of type T is done in: double for double, float for all others.
template <typename T>
struct Computed {
    using Type = float;
};
template <>
struct Computed<double> {
    using Type = double;
};
template <typename T>
using computed = typename Computed<T>::Type;

__device__ inline float widen(__half x) { return __half2float(x); }
__device__ inline float widen(__nv_bfloat16 x) { return __bfloat162float(x); }
__device__ inline float widen(float x) { return x; }
__device__ inline double widen(double x) { return x; }

// The element nearest to a computed value.
template <typename T>
__device__ inline T narrow(computed<T> x) {
    return x;
}
template <>
__device__ inline __half narrow<__half>(float x) {
    return __float2half_rn(x);
}
template <>
__device__ inline __nv_bfloat16 narrow<__nv_bfloat16>(float x) {
    return __float2bfloat16_rn(x);
}

// Sixteen bytes of elements.
template <typename T>
struct alignas(16) Packed {
    static constexpr int COUNT = 16 / sizeof(T);
    T at[COUNT];
};

}  // namespace prism
