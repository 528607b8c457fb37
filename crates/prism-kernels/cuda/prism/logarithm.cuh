// Logarithms of quotients without a division, for numbers of ordinary size.
#pragma once
#include <cstdint>

namespace prism {

// The word with a number's sign, exponent and leading digits.
__device__ inline int32_t top_word(float x) { return __float_as_int(x); }
__device__ inline int32_t top_word(double x) { return __double2hiint(x); }
__device__ inline float with_top_word(float, int32_t word) { return __int_as_float(word); }
__device__ inline double with_top_word(double x, int32_t word) { return __hiloint2double(word, __double2loint(x)); }

// Whether x is positive and neither it nor its inverse is near the ends of its range: in [2^−100, 2^100), or in
// [2^−991, 2^989).
__device__ inline bool is_ordinary(float x) { return uint32_t(top_word(x)) - 0x0d800000u < 0x64000000u; }
__device__ inline bool is_ordinary(double x) { return uint32_t(top_word(x)) - 0x02000000u < 0x7bc00000u; }

// Whether x is positive and neither subnormal nor infinite.
__device__ inline bool is_normal(float x) { return uint32_t(top_word(x)) - 0x00800000u < 0x7f000000u; }
__device__ inline bool is_normal(double x) { return uint32_t(top_word(x)) - 0x00100000u < 0x7fe00000u; }

// 1/x for ordinary x, within two units in the last place.
__device__ inline float inverse_near(float x) {
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
__device__ inline double inverse_near(double x) {
    double y;
    asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(y) : "d"(x));
    const double lost = fma(-x, y, 1.0);
    return fma(y, fma(lost, lost, lost), y);
}

// 2·artanh(s)/s of z = s² to 0.0414, within 2^−26 or 2^−53 of itself: its series' rest interpolated at Chebyshev's
// places.
__device__ inline float artanh_factor(float z) {
    return fmaf(fmaf(fmaf(0.30004936f, z, 0.39977517f), z, 0.66666718f), z, 2.0f);
}
__device__ inline double artanh_factor(double z) {
    double sum = 0.15179765668091852;
    sum = fma(sum, z, 0.15276844835756218);
    sum = fma(sum, z, 0.18184895736884787);
    sum = fma(sum, z, 0.22222177355255282);
    sum = fma(sum, z, 0.28571428881995814);
    sum = fma(sum, z, 0.399999999991954);
    sum = fma(sum, z, 0.6666666666666701);
    return fma(sum, z, 2.0);
}

// ln(a/b) of ordinary numbers, right to a few units in the last place also where a is nearly b: a is taken by a power
// of two 2^e to within a half of b, and ln(a/b) = e·ln 2 + 2·artanh((a − b)/(a + b)) with an exact difference.
template <typename T>
__device__ T ordinary_log_ratio(T a, T b) {
    constexpr int32_t ONE = sizeof(T) == 4 ? 1 << 23 : 1 << 20;  // of an exponent, in the top word
    constexpr T LN_2 = T(0.6931471805599453 / ONE);
    const int32_t power = (top_word(a) - top_word(b) + ONE / 2) & -ONE;
    a = with_top_word(a, top_word(a) - power);
    const T s = (a - b) * inverse_near(a + b);
    return fma(s, artanh_factor(s * s), T(power) * LN_2);
}

// A positive number brought into the ordinary range by a power of two, and the logarithm of what that took.
template <typename T>
struct IntoRange {
    T x, taken;

    __device__ explicit IntoRange(T of) : x(of), taken(0) {
        constexpr T FAR = sizeof(T) == 4 ? T(0x1p64) : T(0x1p200),
                    LN_FAR = sizeof(T) == 4 ? T(44.361419) : T(138.62943611198907);
        if (of > FAR) x = of / FAR, taken = LN_FAR;
        if (of < 1 / FAR) x = of * FAR, taken = -LN_FAR;
    }
};

// Where ln x goes to: 0 but for 0, infinity and what has none.
template <typename T>
__device__ T log_limit(T x) {
    constexpr T INFINITE = T(__builtin_huge_val());
    return x > 0 ? (x < INFINITE ? T(0) : INFINITE) : x == 0 ? -INFINITE : T(nan(""));
}

// ln(a/b), right to a few units in the last place also where a is nearly b.
template <typename T>
__device__ T log_ratio(T a, T b) {
    if (is_ordinary(a) && is_ordinary(b)) return ordinary_log_ratio(a, b);
    const IntoRange<T> over(a), under(b);
    if (!(is_ordinary(over.x) && is_ordinary(under.x))) return log_limit(a) - log_limit(b);
    return ordinary_log_ratio(over.x, under.x) + (over.taken - under.taken);
}

// ln x within 2^−22·(1 + |ln x|) for float, else to a few units in the last place; −∞ at 0 and NaN below.
__device__ inline float log_near(float x) {
    float y;
    asm("lg2.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y * 0.69314718f;
}
__device__ inline double log_near(double x) { return log_ratio(x, 1.0); }

// Logarithms of shares c·inverse to six tenths, NATS each, to a few units in the last place; some number for 0 and what
// underflows.
template <typename W>
struct LogOfShare;
template <>
struct LogOfShare<float> {
    static constexpr double NATS = 0.6931471805599453;

    __device__ static float of(float c, float inverse) {
        float y;
        asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(fmaf(c, inverse, 1.17549435e-38f)));
        return y;
    }
};
template <>
struct LogOfShare<double> {
    static constexpr double NATS = 1;

    __device__ static double of(double c, double inverse) {
        const double share = c * inverse;
        return ordinary_log_ratio(with_top_word(share, max(top_word(share), 0x02000000)), 1.0);
    }
};

}  // namespace prism
