// Phase oscillators: the rate of one in a field, and how the rates of the stages of a step are put together.
#pragma once
#include <cstdint>

#include "prism/philox.cuh"

namespace prism {

// Sums of sines and cosines, turned by the phase lag and scaled by the coupling.
template <typename T>
struct Field {
    T sines, cosines;

    __device__ Field() {}
    __device__ Field(double s, double c, double gain, double alpha)
        : sines(T(gain * (s * cos(alpha) - c * sin(alpha)))), cosines(T(gain * (c * cos(alpha) + s * sin(alpha)))) {}

    // ω + gain·Σ sin(θ_j − θ − α) for an oscillator of sine s and cosine c.
    __device__ T rate(T omega, T s, T c) const { return omega + (c * sines - s * cosines); }
};

// One step by one stage (Euler) or four (Runge and Kutta).
struct Stages {
    uint32_t stages;
    double dt, diffusion;
    uint32_t wrap;
    Philox random;

    // What the rate of a stage weighs in the step.
    __device__ uint32_t weight(uint32_t stage) const { return stage == 2 || stage == 3 ? 2 : 1; }

    // The phase that the stage after `stage` looks at.
    template <typename T>
    __device__ T ahead(T theta, T rate, uint32_t stage) const {
        return theta + T(stage < 3 ? 0.5 * dt : dt) * rate;
    }

    // The phase after the step; `number` is that of its normal number.
    template <typename T>
    __device__ T after(T theta, T weighed, uint64_t number) const {
        theta += T(stages == 1 ? dt : dt / 6) * weighed;
        if (diffusion > 0) theta += T(sqrt(2 * diffusion * dt) * random.normal(number));
        return wrap ? wrapped(theta) : theta;
    }

    // In (−π, π].
    template <typename T>
    static __device__ T wrapped(T theta) {
        const double turn = 6.283185307179586477;
        return T(theta - turn * ceil(theta / turn - 0.5));
    }
};

}  // namespace prism
