// ψ(x) of positive numbers without a branch, by a logarithm and a polynomial in 1/x; and of all.
#pragma once
#include <cstdint>

#include "prism/logarithm.cuh"

namespace prism {

// ψ at 1, 2, … 16, correctly rounded: −γ and the harmonic numbers.
__constant__ double PSI_OF_INTEGERS[16] = {
    -0.5772156649015329, 0.42278433509846713, 0.9227843350984671, 1.2561176684318005,
    1.5061176684318005,  1.7061176684318005,  1.8727843350984672, 2.01564147795561,
    2.14064147795561,    2.251752589066721,   2.351752589066721,  2.442661679975812,
    2.5259950133091453,  2.6029180902322224,  2.6743466616607936, 2.7410133283274605,
};

// Σ c[k]·zᵏ.
template <typename T, int N>
__device__ T polynomial(T z, const T (&c)[N]) {
    T sum = c[N - 1];
#pragma unroll
    for (int k = N - 2; k >= 0; --k) sum = fma(sum, z, c[k]);
    return sum;
}

// (ψ(x) − ln x)·x for x from 1 on, of w = 1/x: Chebyshev's interpolation, to 1.2e-8 and 2e-17 of ψ.
__device__ inline float psi_beside_log(float w) {
    const float C[] = {-0.5f,           -0.0833320916f, -2.40818536e-05f, 0.00849219691f, -0.000366257416f,
                       -0.00427722139f, 0.00300761522f, -0.000715826347f};
    return polynomial(w, C);
}
__device__ inline double psi_beside_log(double w) {
    const double C[] = {-0.5000000000000001,     -0.08333333333318248,  -2.474918865882416e-11,  0.008333334970997358,
                        -5.8254765588323994e-08, -0.003966966877135464, -1.9240562449974696e-05, 0.004372243749129952,
                        -0.0016273710858488318,  0.0021835804041938655, -0.044792246405907024,   0.1778906644761471,
                        -0.40886788026925064,    0.6627838495372044,    -0.8103240483312932,     0.7648191040379386,
                        -0.5580974935536088,     0.31036628505210867,   -0.1274618563705588,     0.036486528306862144,
                        -0.006504661771646863,   0.000543901404282203};
    return polynomial(w, C);
}

// ψ(x) of normal x within 4u·max(1, |ψ|): ln v + w·P(w) with w = 1/v, v = x from 1 on; below, where v = 1 + x, less
// 1/x, what its approximation lacks first. ln v as in `ordinary_log_ratio`; the largest of the terms is added last.
template <typename T>
__device__ T psi_by_log(T x) {
    constexpr int32_t ONE = sizeof(T) == 4 ? 1 << 23 : 1 << 20;
    constexpr T LN_2 = T(0.6931471805599453 / ONE);
    const bool is_low = x < 1;
    const T v = is_low ? 1 + x : x, w = inverse_near(v);
    const int32_t power = (top_word(v) - top_word(T(1)) + ONE / 2) & -ONE;
    const T m = with_top_word(v, top_word(v) - power), s = (m - 1) * inverse_near(m + 1);
    const T psi = fma(T(power), LN_2, fma(s, artanh_factor(s * s), w * psi_beside_log(w)));
    const T inverse = is_low ? inverse_near(x) : T(0), lost = fma(-x, inverse, T(is_low));
    return fma(-lost, inverse, psi) - inverse;
}

__device__ inline float psi_normal(float x) { return psi_by_log(x); }

// Small counts are what is asked for most: in double precision they are looked up.
__device__ inline double psi_normal(double x) {
    constexpr double UNIT = 0x1.8p52;  // what is added to it loses its fraction
    const double whole = x + UNIT;
    if (x <= 16 && whole - UNIT == x) return PSI_OF_INTEGERS[__double2loint(whole) - 1];
    return psi_by_log(x);
}

// π·cot(πr) for 0 < |r| ≤ 1/2: 1/r − 2r·Σ ζ(2k+2)·r²ᵏ, the 1 of every ζ summed to 1/(1 − r²).
__device__ inline double pi_cotangent(double r) {
    const double ZETA_LESS_ONE[] = {0.6449340668482264,     0.08232323371113819,   0.01734306198444914,
                                    0.00407735619794434,    0.0009945751278180853, 0.0002460865533080483,
                                    6.124813505870483e-05,  1.528225940865187e-05, 3.81729326499984e-06,
                                    9.539620338727962e-07,  2.38450502727733e-07,  5.960818905125948e-08,
                                    1.4901554828365043e-08, 3.725334024788457e-09};
    const double z = r * r;
    return fma(-2 * r, 1 / __dsub_rn(1, z) + polynomial(z, ZETA_LESS_ONE), 1 / r);
}

// ψ(x): ∓∞ at ±0; NaN at negative integers, at −∞ and for NaN. Not inlined, for it is seldom called and long.
__device__ __noinline__ double digamma(double x) {
    if (is_normal(x)) return psi_normal(x);
    if (x == 0) return copysign(__builtin_huge_val(), -x);
    if (x > 0) return x < 1 ? -1 / x : x;
    const double fraction = x - rint(x);
    if (!(abs(fraction) > 0)) return nan("");
    return psi_normal(1 - x) - pi_cotangent(fraction);
}

}  // namespace prism
