// Floats of sixteen and eight bits: the code nearest to a number, ties to even, and the number of a code. What NVIDIA's
// conversions make of a NaN loses its sign, so it is treated by itself.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace prism {

constexpr uint32_t SIGN = 0x80000000u, INFINITE = 0x7f800000u, QUIET = 0x7fc00000u;

// A float that rounds to any narrower format as x does: cut off, its last bit set where something was lost. Boldo &
// Melquiond 2008.
__device__ inline float odd(float x) { return x; }
__device__ inline float odd(double x) {
    const uint64_t bits = __double_as_longlong(x);
    if (x != x) return __uint_as_float(uint32_t(bits >> 32) & SIGN | QUIET | uint32_t(bits >> 29) & 0x7fffffu);
    const float cut = __double2float_rz(x);
    return double(cut) == x ? cut : __uint_as_float(__float_as_uint(cut) | 1);
}

__device__ inline uint16_t f16_code(float x, bool saturate) {
    const uint32_t bits = __float_as_uint(x), magnitude = bits & ~SIGN;
    if (magnitude > INFINITE) return bits >> 16 & 0x8000 | 0x7e00 | magnitude >> 13 & 0x3ff;
    const uint16_t code = __half_as_ushort(__float2half_rn(x));
    return saturate && (code & 0x7fff) == 0x7c00 ? code - 1 : code;
}

__device__ inline uint16_t bf16_code(float x, bool saturate) {
    const uint32_t bits = __float_as_uint(x), magnitude = bits & ~SIGN;
    if (magnitude > INFINITE) return bits >> 16 | 0x40;
    const uint16_t code = __bfloat16_as_ushort(__float2bfloat16_rn(x));
    return saturate && (code & 0x7fff) == 0x7f80 ? code - 1 : code;
}

// Eight bits with FRACTION bits of fraction, 2^LEAST the smallest normal number, LARGEST the code of the largest one,
// BEYOND what lies beyond.
template <int FRACTION, int LEAST, uint32_t LARGEST, uint32_t BEYOND, uint32_t NOT_A_NUMBER>
struct EightBits {
    static __device__ uint8_t code(float x, bool saturate) {
        const uint32_t bits = __float_as_uint(x), sign = bits >> 24 & 0x80, magnitude = bits & ~SIGN;
        if (magnitude > INFINITE) return sign | NOT_A_NUMBER;
        const uint32_t nearest = magnitude < uint32_t(LEAST + 127) << 23 ? subnormal(magnitude) : normal(magnitude);
        return sign | (nearest <= LARGEST ? nearest : saturate ? LARGEST : BEYOND);
    }

    // Added to the number whose last place is the smallest subnormal, x is rounded to multiples of it.
    static __device__ uint32_t subnormal(uint32_t magnitude) {
        constexpr uint32_t LARGE = uint32_t(LEAST - FRACTION + 23 + 127) << 23;
        return __float_as_uint(__fadd_rn(__uint_as_float(magnitude), __uint_as_float(LARGE))) - LARGE;
    }

    static __device__ uint32_t normal(uint32_t magnitude) {
        constexpr uint32_t LOST = 23 - FRACTION;
        const uint32_t even = magnitude >> LOST & 1;
        return (magnitude + (1u << (LOST - 1)) - 1 + even >> LOST) - (uint32_t(LEAST + 126) << FRACTION);
    }
};

struct E4m3 : EightBits<3, -6, 0x7e, 0x7f, 0x7f> {
    // The bits, seen as those of an f16, stand for 2⁻⁸ of the number.
    static __device__ __half half(uint8_t code) {
        const uint32_t sign = code & 0x80, magnitude = code & 0x7f;
        const uint32_t bits = magnitude == 0x7f ? 0x7e00 : magnitude << 7;
        return __hmul_rn(__ushort_as_half(sign << 8 | bits), __ushort_as_half(0x5c00));
    }

    static __device__ float value(uint8_t code) {
        if ((code & 0x7f) == 0x7f) return __uint_as_float(uint32_t(code & 0x80) << 24 | QUIET);
        return __half2float(half(code));
    }
};

struct E5m2 : EightBits<2, -14, 0x7b, 0x7c, 0x7e> {
    // The upper half of an f16.
    static __device__ __half half(uint8_t code) { return __ushort_as_half(uint16_t(code) << 8); }

    static __device__ float value(uint8_t code) {
        if ((code & 0x7f) > 0x7c) return __uint_as_float(uint32_t(code & 0x80) << 24 | QUIET);
        return __half2float(half(code));
    }
};

// The number of a code; a NaN keeps its sign and payload, made quiet.
__device__ inline float quiet(__half x) {
    const uint32_t code = __half_as_ushort(x);
    if ((code & 0x7fff) <= 0x7c00) return __half2float(x);
    return __uint_as_float((code & 0x8000) << 16 | QUIET | (code & 0x3ff) << 13);
}
__device__ inline float quiet(__nv_bfloat16 x) {
    const uint32_t code = __bfloat16_as_ushort(x);
    return __uint_as_float((code | ((code & 0x7fff) > 0x7f80 ? 0x40 : 0)) << 16);
}

}  // namespace prism
