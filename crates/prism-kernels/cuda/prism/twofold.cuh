// Sums in two doubles, for means that must be right to more than the digits of a double.
#pragma once
#include "prism/group.cuh"

namespace prism {

// A sum and what its additions lost (Knuth's two-sum).
struct Twofold {
    double sum, lost;

    __device__ Twofold operator+(double x) const {
        const double next = sum + x, shift = next - sum;
        return {next, lost + ((sum - (next - shift)) + (x - shift))};
    }

    __device__ Twofold operator+(const Twofold& other) const {
        Twofold both = *this + other.sum;
        both.lost += other.lost;
        return both;
    }
};

__device__ inline Twofold shuffle_xor(const Twofold& value, uint32_t step) {
    return {shuffle_xor(value.sum, step), shuffle_xor(value.lost, step)};
}

// What elements of type T are summed in: for float and shorter a double has digits to spare.
template <typename T>
struct SumOf {
    using Type = double;
};
template <>
struct SumOf<double> {
    using Type = Twofold;
};
template <typename T>
using sum_of = typename SumOf<T>::Type;

// sum/n as a number and the remainder; no remainder where the number is infinite or none.
__device__ inline void divide(double sum, uint32_t n, float& near, float& far) {
    const double quotient = sum / n;
    near = float(quotient);
    far = isfinite(quotient) ? float(quotient - near) : 0.0f;
}

__device__ inline void divide(const Twofold& sum, uint32_t n, double& near, double& far) {
    near = sum.sum / n;
    far = isfinite(near) ? (fma(-near, double(n), sum.sum) + sum.lost) / n : 0.0;
}

}  // namespace prism
