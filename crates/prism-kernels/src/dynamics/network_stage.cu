#include "prism/kuramoto.cuh"
#include "prism/weights.cuh"

namespace prism {

template <typename T>
struct Network {
    Weights<T> a;
    const T *start, *omega, *degree, *phasor;  // degree null for n
    T *theta, *weighed, *next;
    Stages step;
    double k, alpha;
    uint32_t stage, n;
    uint64_t number;

    // Oscillator i of a system in the field of its sums.
    __device__ void advance(uint64_t system, uint32_t i, T sines, T cosines) const {
        const uint64_t at = system * n + i, sine = system * 2 * n + i, cosine = sine + n;
        T seen = stage ? theta[at] : start[at];
        if (stage) {
            const double neighbours = degree ? double(degree[i]) : double(n);
            const Field<T> field(sines, cosines, neighbours == 0 ? 0 : k / neighbours, alpha);
            const T rate = field.rate(omega[at], phasor[sine], phasor[cosine]);
            const T sum = (stage > 1 ? weighed[at] : T(0)) + T(step.weight(stage)) * rate;
            const bool last = stage == step.stages;
            weighed[at] = sum;
            seen = last ? step.after(seen, sum, number + at) : step.ahead(seen, rate, stage);
            if (last) theta[at] = seen;
        } else {
            theta[at] = seen;
            weighed[at] = 0;
        }
        sincos(seen, &next[sine], &next[cosine]);
    }

    // Oscillator i of the `count` systems from `first` on, by one warp. False where its row points outside.
    template <int SYSTEMS>
    __device__ bool run(uint32_t i, uint64_t first, uint32_t count) const {
        T sum[2 * SYSTEMS] = {}, sines = 0, cosines = 0;
        const bool inside = stage == 0 || a.add(sum, i, phasor + first * 2 * n, n, 2 * count);
        const uint32_t lane = threadIdx.x % 32;
#pragma unroll
        for (int e = 0; e < SYSTEMS; ++e) {
            const T s = warp_sum(sum[2 * e]), c = warp_sum(sum[2 * e + 1]);
            if (lane == e) sines = s, cosines = c;
        }
        if (lane < count) advance(first + lane, i, sines, cosines);
        return inside;
    }
};

}  // namespace prism

// A warp an oscillator of up to four systems.
template <typename T>
__device__ void network_stage(const T* start,            // [b, n]
                              const T* omega,            // [b, n]
                              const T* a,                // [ar, ac]
                              const int32_t* row_start,  // [rs]
                              const int32_t* column,     // [nz]
                              const T* value,            // [nz]
                              const T* degree,           // [g]
                              const T* phasor,           // [b, 2, n]
                              T* theta,                  // [b, n]
                              T* weighed,                // [b, n]
                              T* next,                   // [b, 2, n]
                              uint32_t* status,          // [1]
                              double k, double alpha, double dt, double diffusion, uint32_t stage, uint32_t stages,
                              uint32_t wrap, uint64_t seed, uint64_t number, uint32_t b, uint32_t n, uint32_t ar,
                              uint32_t ac, uint32_t rs, uint32_t nz, uint32_t g) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint64_t padded = (uint64_t(n) + 7) / 8 * 8, i = warp % padded, first = warp / padded * 4;
    if (i >= n || first >= b) return;
    const prism::Network<T> network = {{a, row_start, column, value, n, nz, rs == 0},
                                       start,
                                       omega,
                                       g ? degree : nullptr,
                                       phasor,
                                       theta,
                                       weighed,
                                       next,
                                       {stages, dt, diffusion, wrap, {seed, 0}},
                                       k,
                                       alpha,
                                       stage,
                                       n,
                                       number};
    const bool inside = b == 1 ? network.template run<1>(uint32_t(i), first, 1)
                               : network.template run<4>(uint32_t(i), first, uint32_t(min(uint64_t(4), b - first)));
    if (!inside && threadIdx.x % 32 == 0) atomicOr(status, 1u);
}
