// ψ(x) in double precision: the operations of `digamma_f64` in their order, every product and sum fused as written
// there, so that the two differ by no more than their logarithms.
#pragma once
#include <cstdint>

namespace prism {

// ψ at 1, 2, … 16, correctly rounded: −γ and the harmonic numbers.
__constant__ double PSI_OF_INTEGERS[16] = {
    -0.5772156649015329, 0.42278433509846713, 0.9227843350984671, 1.2561176684318005,
    1.5061176684318005,  1.7061176684318005,  1.8727843350984672, 2.01564147795561,
    2.14064147795561,    2.251752589066721,   2.351752589066721,  2.442661679975812,
    2.5259950133091453,  2.6029180902322224,  2.6743466616607936, 2.7410133283274605,
};

// Σ c[k]·zᵏ.
template <int N>
__device__ double polynomial(double z, const double (&c)[N]) {
    double sum = c[N - 1];
#pragma unroll
    for (int k = N - 2; k >= 0; --k) sum = fma(sum, z, c[k]);
    return sum;
}

// ψ(1 + s) for s in [0, 1]: (s − root)·(Y + P/Q), the rational form of Boost.Math.
__device__ inline double psi_one_to_two(double s) {
    const double P[] = {0.25479851061131551,  -0.32555031186804491,  -0.65031853770896507,
                        -0.28919126444774784, -0.045251321448739056, -0.0020713321167745952};
    const double Q[] = {1.0,
                        2.0767117023730469,
                        1.4606242909763515,
                        0.43593529692665969,
                        0.054151797245674225,
                        0.0021284987017821144,
                        -0.55789841213675513e-6};
    const double from_root = s - 0.4616321446374059 - 3.309564689176888e-10 - 2.0574000666111323e-26;
    return __dmul_rn(from_root, 0.9955816268920898 + polynomial(s, P) / polynomial(s, Q));
}

// ψ(x) for x ≥ 10: ln x − 1/2x − Σ B₂ₖ/(2k·x²ᵏ).
__device__ inline double psi_asymptotic(double x) {
    const double BERNOULLI[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                                1.0 / 132, -691.0 / 32760, 1.0 / 12,  -3617.0 / 8160};
    const double w = 1 / x;
    const double z = w * w;
    return fma(-z, polynomial(z, BERNOULLI), fma(-0.5, w, log(x)));
}

__device__ inline double psi_positive(double x) {
    if (x <= 16 && x == floor(x)) return PSI_OF_INTEGERS[int(x) - 1];
    if (x >= 10) return psi_asymptotic(x);
    if (x < 1) return psi_one_to_two(x) - 1 / x;
    double above_one = x - 1, sum = 0;
    for (; above_one > 1; above_one -= 1) sum += 1 / above_one;
    return psi_one_to_two(above_one) + sum;
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

// ψ(x): ∓∞ at ±0; NaN at negative integers, at −∞ and for NaN.
__device__ inline double digamma(double x) {
    if (x == 0) return copysign(__builtin_huge_val(), -x);
    if (x > 0) return psi_positive(x);
    const double fraction = x - rint(x);
    if (!(abs(fraction) > 0)) return nan("");
    return psi_positive(1 - x) - pi_cotangent(fraction);
}

}  // namespace prism
