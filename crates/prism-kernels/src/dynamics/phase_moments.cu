#include "prism/phasor.cuh"
#include "prism/rows.cuh"
#include "prism/span.cuh"

namespace prism {

// Sums of cosines and sines.
struct Phasors {
    double across = 0, up = 0;

    template <typename T>
    __device__ void add(T sine, T cosine) {
        across += double(cosine);
        up += double(sine);
    }

    // Phasors of a pack; in single precision they are added by pairs first: conversions take longer than sums.
    __device__ void add(const Packed<float>& angles) {
        const float(&angle)[4] = angles.at;
        const float most = fmaxf(fmaxf(fabsf(angle[0]), fabsf(angle[1])), fmaxf(fabsf(angle[2]), fabsf(angle[3])));
        float s[4], c[4];
#pragma unroll
        for (int k = 0; k < 4; ++k) near_phasor(angle[k], s[k], c[k]);
        if (!is_near(most)) {
#pragma unroll
            for (int k = 0; k < 4; ++k) phasor(angle[k], s[k], c[k]);
        }
        add((s[0] + s[1]) + (s[2] + s[3]), (c[0] + c[1]) + (c[2] + c[3]));
    }

    __device__ void add(const Packed<double>& angles) {
#pragma unroll
        for (int k = 0; k < 2; ++k) add(angles.at[k]);
    }

    template <typename T>
    __device__ void add(T angle) {
        T s, c;
        phasor(angle, s, c);
        add(s, c);
    }

    // Of m times the angle; what the product loses in single precision turns its phasor, by less than 2⁻⁷.
    __device__ void add_multiple(uint32_t m, float angle) {
        const float factor = float(m), near = factor * angle;
        if (m >> 24 || !is_near(near)) {
            add_multiple(m, double(angle));
            return;
        }
        float s, c;
        near_phasor(near, s, c);
        const float lost = fmaf(factor, angle, -near), less = 0.5f * lost * lost;
        add(fmaf(lost, c, fmaf(-less, s, s)), fmaf(-lost, s, fmaf(-less, c, c)));
    }
    __device__ void add_multiple(uint32_t m, double angle) {
        double s, c;
        sincos(m * angle, &s, &c);
        add(s, c);
    }
};

}  // namespace prism

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void phase_moments(const T* theta,   // [b, n]
                              double* moments,  // [b, parts, 2]
                              uint32_t harmonic, uint32_t b, uint32_t n, uint32_t parts) {
    const prism::RowPart part(b, n, parts);
    const T* const angles = theta + part.row * n + part.begin;
    prism::Phasors sums;
    if (harmonic == 1) {
        const prism::Span<T> span(angles, part.end - part.begin);
        const auto one = [&](uint64_t i) { sums.add(angles[i]); };
        span.template each<2>(part.lane, part.group, one, [&](uint64_t at, uint64_t jump, auto packs) {
            constexpr int U = decltype(packs)::value;
            prism::Packed<T> held[U];
#pragma unroll
            for (int u = 0; u < U; ++u) held[u] = *reinterpret_cast<const prism::Packed<T>*>(angles + at + u * jump);
#pragma unroll
            for (int u = 0; u < U; ++u) sums.add(held[u]);
        });
    } else {
        part.template each<sizeof(T) == 4 ? 4 : 1>([&](uint64_t i) { return theta[part.row * n + i]; },
                                                   [&](T angle) { sums.add_multiple(harmonic, angle); });
    }
    const double across = part.sum(sums.across), up = part.sum(sums.up);
    if (!part.writes()) return;
    moments[2 * part.item] = across;
    moments[2 * part.item + 1] = up;
}
