// What is done to the elements of channels.
#pragma once
#include <cstdint>

#include "prism/element.cuh"

namespace prism {

// What is done to the elements of one channel.
template <typename W>
struct Channel {
    W near, far;  // the mean in two numbers, so that elements near it keep their digits
    W inverse, scale, shift;

    __device__ W operator()(W x) const { return fma(scale, (x - near - far) * inverse, shift); }
};

// Statistics and parameters of all channels; `batch_mean` instead of `mean` where there are `b`.
template <typename T>
struct Channels {
    using W = computed<T>;
    const T *mean, *variance, *gamma, *beta;
    const double *batch_mean, *batch_variance;
    double epsilon;
    uint32_t b, m, k;

    __device__ Channel<W> operator[](uint64_t c) const {
        const double mu = b ? batch_mean[c] : double(widen(mean[c]));
        const double square = b ? batch_variance[c] : double(widen(variance[c]));
        const W near = W(mu), far = isfinite(near) ? W(mu - near) : W(0);
        return {near, far, W(rsqrt(square + epsilon)), m ? W(widen(gamma[c])) : W(1), k ? W(widen(beta[c])) : W(0)};
    }
};

// The normalised element, and of it what is greater than 0; the comparison that NaN fails lets it through.
template <typename T>
__device__ T normalised(T x, T residual, const Channel<computed<T>>& channel, bool rectified) {
    const computed<T> value = channel(widen(x)) + widen(residual);
    return narrow<T>(rectified && value < 0 ? computed<T>(0) : value);
}

}  // namespace prism
