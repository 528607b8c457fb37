// Sines and cosines of phases, to an absolute 2⁻²³ in single precision: what phasors are summed with.
#pragma once
#include <cstdint>

namespace prism {

// Phases of which `near_phasor` is right.
__device__ inline bool is_near(float angle) { return fabsf(angle) < 1e5f; }

// With θ = nπ + r by π in two words (Cody & Waite 1980), sin θ = ±sin r and cos θ = ±cos r for odd and even n:
// polynomials of least error for |r| ≤ π/2, whose own error is below 5e-9.
__device__ inline void near_phasor(float angle, float& sine, float& cosine) {
    const float whole = 12582912.0f;  // 1.5·2²³: added, it rounds to an integer that its last bits hold
    const float shifted = fmaf(angle, 0.318309886f, whole), n = shifted - whole;
    const float r = fmaf(-n, -8.74227766e-8f, fmaf(-n, 3.14159274f, angle)), z = r * r;
    float s = fmaf(z, 2.60003548e-6f, -1.98066065e-4f);
    s = fmaf(z, fmaf(z, s, 8.33301717e-3f), -0.166666571f);
    float c = fmaf(z, fmaf(z, -2.60769216e-7f, 2.47618763e-5f), -1.38884033e-3f);
    c = fmaf(z, fmaf(z, c, 4.16666407e-2f), -0.499999995f);
    const uint32_t sign = __float_as_uint(shifted) << 31;
    sine = __uint_as_float(__float_as_uint(fmaf(r * z, s, r)) ^ sign);
    cosine = __uint_as_float(__float_as_uint(fmaf(z, c, 1.0f)) ^ sign);
}

// The same of any phase; not inlined, for it is seldom called and long.
__device__ __noinline__ float2 far_phasor(float angle) {
    double s, c;
    sincos(double(angle), &s, &c);
    return make_float2(float(s), float(c));
}

// Sine and cosine of an angle in radians.
__device__ inline void phasor(float angle, float& sine, float& cosine) {
    if (is_near(angle)) {
        near_phasor(angle, sine, cosine);
        return;
    }
    const float2 far = far_phasor(angle);
    sine = far.x;
    cosine = far.y;
}
__device__ inline void phasor(double angle, double& sine, double& cosine) { sincos(angle, &sine, &cosine); }

}  // namespace prism
