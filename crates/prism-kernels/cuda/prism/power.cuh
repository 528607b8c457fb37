// Powers e^(d/T) of distances d ≤ 0 under a common temperature T.
#pragma once
#include "prism/element.cuh"
#include "prism/normal.cuh"

namespace prism {

// Within 4 + |d/T| units of roundoff of what d is: log₂e/T is a number and its remainder, and what the product of d and
// the number loses is added to the result. Elements of 16 bits need neither.
template <typename T>
struct Power {
    using W = computed<T>;
    W number, remainder, inverse;

    __device__ explicit Power(double temperature) {
        // A division is as long as the work on a few elements, and 1 the usual temperature.
        const double over = temperature == 1 ? 1.0 : 1 / temperature;
        const double exact = sizeof(W) == 4 ? 1.4426950408889634 * over : over;
        number = W(exact);
        remainder = sizeof(W) == 4 ? W(exact - double(number)) : W(fma(-over, temperature, 1.0) * over);
        inverse = W(over);
    }

    __device__ W operator()(W d) const {
        const W t = d * number;
        if constexpr (sizeof(T) == 2) return exp2_flushed(t);
        constexpr bool IS_FLOAT = sizeof(W) == 4;
        const W near = exp2_near(t), lost = fma(d, number, -t) + d * remainder;
        // At −∞ what is lost is no number.
        return t < W(IS_FLOAT ? -160 : -760) ? near : fma(near, lost * W(IS_FLOAT ? 0.693147181 : 1), near);
    }

    // d/T.
    __device__ W quotient(W d) const { return d * inverse; }

  private:
    static __device__ float exp2_near(float t) {
        float power;
        asm("ex2.approx.f32 %0, %1;" : "=f"(power) : "f"(t));
        return power;
    }
    static __device__ double exp2_near(double t) { return exp(t); }
};

}  // namespace prism
