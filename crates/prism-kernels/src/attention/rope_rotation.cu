#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

// Where packs would not begin at multiples of their size.
struct OneByOne {
    static constexpr uint32_t COUNT = 1;
};

// V pairs, or V elements to copy, of the rows of one position; the heads are shared out among V threads.
template <typename T, uint32_t V>
struct Rotation {
    using W = computed<T>;
    struct alignas(V * sizeof(T)) Elements {
        T at[V];
    };
    W cosine[V], sine[V];

    // Half turns are taken off while the angle is in double precision.
    __device__ void turn(const double* frequencies, double position) {
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) {
            const double half_turns = position * frequencies[e] * 0.31830988618379067;
            sincospi(W(half_turns - 2 * rint(half_turns / 2)), &sine[e], &cosine[e]);
        }
    }

    __device__ void take(const T* cosines, const T* sines) {
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) cosine[e] = widen(cosines[e]), sine[e] = widen(sines[e]);
    }

    __device__ void refuse() {
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) cosine[e] = sine[e] = infinity<W>() - infinity<W>();
    }

    __device__ void halves(const T* x, T* y, uint32_t half) const {
        const Elements one = *reinterpret_cast<const Elements*>(x);
        const Elements two = *reinterpret_cast<const Elements*>(x + half);
        Elements first, second;
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) rotate(one.at[e], two.at[e], e, first.at[e], second.at[e]);
        *reinterpret_cast<Elements*>(y) = first;
        *reinterpret_cast<Elements*>(y + half) = second;
    }

    __device__ void neighbours(const T* x, T* y) const {
        Elements in[2], out[2];
        in[0] = *reinterpret_cast<const Elements*>(x);
        in[1] = *reinterpret_cast<const Elements*>(x + V);
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) {
            const uint32_t even = 2 * e, odd = 2 * e + 1;
            rotate(in[even / V].at[even % V], in[odd / V].at[odd % V], e, out[even / V].at[even % V],
                   out[odd / V].at[odd % V]);
        }
        *reinterpret_cast<Elements*>(y) = out[0];
        *reinterpret_cast<Elements*>(y + V) = out[1];
    }

    __device__ void rotate(T one, T two, uint32_t e, T& first, T& second) const {
        const W a = widen(one), b = widen(two);
        first = narrow<T>(a * cosine[e] - b * sine[e]);
        second = narrow<T>(b * cosine[e] + a * sine[e]);
    }
};

}  // namespace prism

template <typename T>
__device__ void rope_rotation(const T* x,                 // [b, h, s, d]
                              const int64_t* positions,   // [given, s]
                              const double* frequencies,  // [f]
                              const T* cosines,           // [m, c]
                              const T* sines,             // [m, c]
                              T* y,                       // [b, h, s, d]
                              uint64_t* fault,            // [1]
                              int64_t start, double scale, uint32_t rotary, uint32_t interleaved,
                              uint32_t sequence_first, uint32_t b, uint32_t h, uint32_t s, uint32_t d, uint32_t given,
                              uint32_t f, uint32_t m, uint32_t c) {
    const uint32_t half = rotary / 2, all = d - half;
    const auto by = [&](auto size) {
        constexpr uint32_t V = decltype(size)::COUNT;
        using Rotation = prism::Rotation<T, V>;
        using Elements = typename Rotation::Elements;
        // Units of V pairs or copied elements, then positions, then shares of the heads, then batches.
        const uint32_t units = all / V;
        uint64_t at = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
        const uint32_t unit = at % units;
        at /= units;
        const uint32_t place = at % s;
        at /= s;
        const uint32_t first = at % V;
        const uint64_t batch = at / V;
        if (batch >= b) return;
        const bool copies = unit >= half / V;
        Rotation rotation;
        const uint32_t pair = unit * V, begin = copies ? half + pair : interleaved ? 2 * pair : pair;
        if (!copies) {
            const int64_t position = given ? positions[batch * s + place] : start + place;
            if (f > 0) {
                rotation.turn(frequencies + pair, double(position) * scale);
            } else if (position >= 0 && position < m) {
                rotation.take(cosines + position * c + pair, sines + position * c + pair);
            } else {
                rotation.refuse();
                if (h > 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(batch * s + place));
            }
        }
        for (uint32_t head = first; head < h; head += V) {
            const uint64_t row = sequence_first ? (batch * s + place) * h + head : (batch * h + head) * s + place;
            const uint64_t from = row * d + begin;
            if (copies)
                *reinterpret_cast<Elements*>(y + from) = *reinterpret_cast<const Elements*>(x + from);
            else if (interleaved)
                rotation.neighbours(x + from, y + from);
            else
                rotation.halves(x + from, y + from, half);
        }
    };
    constexpr uint32_t PACK = prism::Packed<T>::COUNT;
    if (half % PACK == 0 && d % PACK == 0)
        by(prism::Packed<T>());
    else
        by(prism::OneByOne());
}
