// Shares of a total, and the unit of what is made of their logarithms.
#pragma once
#include "prism/logarithm.cuh"

namespace prism {

// The power of two that brings a total to where its inverse is an ordinary number of type T; 1 where it is there.
template <typename T>
__device__ T into_range(double total) {
    constexpr T FAR = sizeof(T) == 4 ? T(0x1p80) : T(0x1p900);
    return total > double(FAR) ? 1 / FAR : total < 1 / double(FAR) ? FAR : T(1);
}

// Elements over their total.
template <typename T>
struct Share {
    T first, then;

    __device__ explicit Share(double total) : first(into_range<T>(total)), then(1 / T(total * first)) {}

    __device__ T operator()(T x) const { return x * first * then; }
};

// 1/ln(base), by one thread of the block. All threads must make one; they may read it at once or, where they do not
// wait for it, behind a barrier.
struct Unit {
    __device__ explicit Unit(double base, bool waits = true) {
        if (threadIdx.x == 0) held() = 1 / log(base);
        if (waits) __syncthreads();
    }

    __device__ double per_nat() const { return held(); }

  private:
    static __device__ double& held() {
        __shared__ double per_nat;
        return per_nat;
    }
};

}  // namespace prism
