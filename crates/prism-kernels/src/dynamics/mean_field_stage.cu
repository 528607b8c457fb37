#include "prism/kuramoto.cuh"
#include "prism/phasor.cuh"
#include "prism/rows.cuh"

// A block a part of a system. The phases that earlier stages looked at are found again from their sums.
template <typename T>
__device__ void mean_field_stage(const T* start,  // [b, n]
                                 const T* omega,  // [b, n]
                                 T* theta,        // [b, n]
                                 double* sums,    // [b, 5, parts, 2]
                                 double k, double alpha, double dt, double diffusion, uint32_t stage, uint32_t stages,
                                 uint32_t wrap, uint32_t turn, uint64_t seed, uint64_t number, uint32_t b, uint32_t n,
                                 uint32_t parts) {
    __shared__ double totals[4][2];
    const uint64_t system = blockIdx.x / parts, part = blockIdx.x % parts;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    double* const own = sums + system * 5 * parts * 2;
    // What stage 1 needs lies in place 0 or 4: others still read the one while the other is written.
    const uint32_t first = 4 * turn, to = stage == stages ? 4 - first : stage ? stage : first;
    if (warp < stage) {
        const double* const from = own + uint64_t(warp ? warp : first) * parts * 2;
        double s = 0, c = 0;
        for (uint32_t p = lane; p < parts; p += 32) {
            s += from[2 * uint64_t(p)];
            c += from[2 * uint64_t(p) + 1];
        }
        s = prism::warp_sum(s);
        c = prism::warp_sum(c);
        if (lane == 0) {
            totals[warp][0] = s;
            totals[warp][1] = c;
        }
    }
    __syncthreads();
    prism::Field<T> field[4];
#pragma unroll
    for (int j = 0; j < 4; ++j) {
        if (j < stage) field[j] = prism::Field<T>(totals[j][0], totals[j][1], k / n, alpha);
    }
    const prism::Stages step = {stages, dt, diffusion, wrap, {seed, 0}};
    const uint64_t length = (uint64_t(n) + parts - 1) / parts;
    const uint64_t begin = min(part * length, uint64_t(n)), end = min(begin + length, uint64_t(n));
    double sines = 0, cosines = 0;
    // Four oscillators are on their way at once.
    constexpr int HELD = 4;
    const T* const from = stage ? theta : start;
    for (uint64_t i = begin + threadIdx.x; i < end; i += HELD * blockDim.x) {
        T phases[HELD], own_rates[HELD];
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            const uint64_t at = system * n + min(i + h * blockDim.x, end - 1);
            phases[h] = from[at];
            own_rates[h] = stage ? omega[at] : T(0);
        }
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            const uint64_t at = system * n + i + h * blockDim.x;
            if (i + h * blockDim.x >= end) break;
            T seen = phases[h], weighed = 0, s, c;
#pragma unroll
            for (int j = 0; j < 4; ++j) {
                if (j >= stage) break;
                prism::phasor(seen, s, c);
                const T rate = field[j].rate(own_rates[h], s, c);
                weighed += T(step.weight(j + 1)) * rate;
                seen = step.ahead(phases[h], rate, j + 1);
            }
            if (stage == stages) seen = step.after(phases[h], weighed, number + at);
            if (stage == 0 || stage == stages) theta[at] = seen;
            prism::phasor(seen, s, c);
            sines += double(s);
            cosines += double(c);
        }
    }
    sines = prism::block_sum(sines);
    cosines = prism::block_sum(cosines);
    if (threadIdx.x) return;
    double* const written = own + (uint64_t(to) * parts + part) * 2;
    written[0] = sines;
    written[1] = cosines;
}
