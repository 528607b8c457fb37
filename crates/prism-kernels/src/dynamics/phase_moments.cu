#include "prism/element.cuh"
#include "prism/phasor.cuh"
#include "prism/rows.cuh"

namespace prism {

// Sine and cosine of m times any angle; not inlined, for it is seldom called and long.
__device__ __noinline__ float2 far_multiple(uint32_t m, float angle) {
    double s, c;
    sincos(m * double(angle), &s, &c);
    return make_float2(float(s), float(c));
}

// Sums of cosines and sines of m times the angles.
struct Phasors {
    uint32_t m;
    double across = 0, up = 0;

    template <bool MULTIPLE, int N>
    __device__ void add(const double (&angles)[N]) {
#pragma unroll
        for (int k = 0; k < N; ++k) {
            double s, c;
            sincos(MULTIPLE ? m * angles[k] : angles[k], &s, &c);
            across += c;
            up += s;
        }
    }

    // In single precision they are added by N first: conversions take longer than sums.
    template <bool MULTIPLE, int N>
    __device__ void add(const float (&angles)[N]) {
        float s[N], c[N], most = 0;
#pragma unroll
        for (int k = 0; k < N; ++k) {
            const float near = MULTIPLE ? float(m) * angles[k] : angles[k];
            most = fmaxf(most, fabsf(near));
            near_phasor(near, s[k], c[k]);
            if (MULTIPLE) turn(fmaf(float(m), angles[k], -near), s[k], c[k]);
        }
        if (!is_near(most) || (MULTIPLE && m >> 24)) {
#pragma unroll
            for (int k = 0; k < N; ++k) {
                const float2 far = far_multiple(m, angles[k]);
                s[k] = far.x, c[k] = far.y;
            }
        }
        across += double(sum(c));
        up += double(sum(s));
    }

  private:
    // By what the product of an angle lost, less than 2⁻⁷.
    static __device__ void turn(float lost, float& s, float& c) {
        const float less = 0.5f * lost * lost, sine = s;
        s = fmaf(lost, c, fmaf(-less, sine, sine));
        c = fmaf(-lost, sine, fmaf(-less, c, c));
    }

    static __device__ float sum(const float (&x)[1]) { return x[0]; }
    static __device__ float sum(const float (&x)[4]) { return (x[0] + x[1]) + (x[2] + x[3]); }
};

// The sums over a thread's share of `count` angles, which begin anywhere: those before the first multiple of 16 bytes
// and behind the last go alone.
template <bool MULTIPLE, typename T>
__device__ Phasors phasors(const T* angles, uint32_t count, uint32_t lane, uint32_t group, uint32_t m) {
    constexpr uint32_t V = Packed<T>::COUNT;
    Phasors sums{m};
    const uint32_t ahead = uint32_t(-reinterpret_cast<uintptr_t>(angles) % 16 / sizeof(T)), head = min(count, ahead);
    const uint32_t packs = (count - head) / V;
    const Packed<T>* const body = reinterpret_cast<const Packed<T>*>(angles + head);
    for (uint32_t i = lane; i < head; i += group) sums.add<MULTIPLE>({angles[i]});
    uint32_t p = lane;
    for (; p + group < packs; p += 2 * group) {
        const Packed<T> one = body[p], other = body[p + group];
        sums.add<MULTIPLE>(one.at);
        sums.add<MULTIPLE>(other.at);
    }
    if (p < packs) sums.add<MULTIPLE>(body[p].at);
    for (uint32_t i = head + packs * V + lane; i < count; i += group) sums.add<MULTIPLE>({angles[i]});
    return sums;
}

}  // namespace prism

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void phase_moments(const T* theta,   // [b, n]
                              double* moments,  // [b, parts, 2]
                              uint32_t harmonic, uint32_t b, uint32_t n, uint32_t parts) {
    const prism::RowPart part(b, n, parts);
    const T* const angles = theta + part.row * n + part.begin;
    const uint32_t count = uint32_t(part.end - part.begin);
    const prism::Phasors sums = harmonic == 1 ? prism::phasors<false>(angles, count, part.lane, part.group, 1)
                                              : prism::phasors<true>(angles, count, part.lane, part.group, harmonic);
    const double across = part.sum(sums.across), up = part.sum(sums.up);
    if (!part.writes()) return;
    moments[2 * part.item] = across;
    moments[2 * part.item + 1] = up;
}
