// The same function of every element: eight elements a thread, all loaded before any is computed.
#pragma once
#include "prism/element.cuh"

namespace prism {

// The eight elements of a thread in a block that has them all: packs of 16 bytes, neighbouring threads side by side.
template <typename T>
struct Eight {
    static constexpr int PACKS = 8 / Packed<T>::COUNT;
    Packed<T> packs[PACKS];

    __device__ Eight() = default;

    __device__ explicit Eight(const T* block) {
#pragma unroll
        for (int p = 0; p < PACKS; ++p)
            packs[p] = reinterpret_cast<const Packed<T>*>(block)[p * blockDim.x + threadIdx.x];
    }

    __device__ void store(T* block) const {
#pragma unroll
        for (int p = 0; p < PACKS; ++p) reinterpret_cast<Packed<T>*>(block)[p * blockDim.x + threadIdx.x] = packs[p];
    }

    __device__ T& operator[](int i) { return packs[i / Packed<T>::COUNT].at[i % Packed<T>::COUNT]; }
    __device__ const T& operator[](int i) const { return packs[i / Packed<T>::COUNT].at[i % Packed<T>::COUNT]; }
};

template <typename T, typename F, typename... X>
__device__ Eight<T> each(F f, const Eight<X>&... x) {
    Eight<T> y;
#pragma unroll
    for (int i = 0; i < 8; ++i) y[i] = narrow<T>(f(widen(x[i])...));
    return y;
}

// y[i] = f(x[i], …) for all i below n; the arrays begin at multiples of 16 bytes.
template <typename T, typename F, typename... X>
__device__ void map(F f, uint64_t n, T* y, const X*... x) {
    const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * 8;
    if (begin + blockDim.x * 8 <= n) {
        each<T>(f, Eight<X>(x + begin)...).store(y + begin);
        return;
    }
    for (uint64_t i = begin + threadIdx.x; i < n; i += blockDim.x) y[i] = narrow<T>(f(widen(x[i])...));
}

}  // namespace prism
