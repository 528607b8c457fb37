#include "prism/kuramoto.cuh"
#include "prism/phasor.cuh"
#include "prism/reduce.cuh"

namespace prism {

struct Moments {
    double sines, cosines;
};

// The sums of the block's sines and cosines, on all threads; `turn` changes with every call, so that one barrier does.
__device__ inline Moments moments_of_block(Moments own, uint32_t turn) {
    __shared__ Moments warps[2][32];
    const uint32_t lane = threadIdx.x % 32;
    own = {warp_sum(own.sines), warp_sum(own.cosines)};
    Moments* const of_turn = warps[turn % 2];
    if (lane == 0) of_turn[threadIdx.x / 32] = own;
    __syncthreads();
    const Moments other = lane < blockDim.x / 32 ? of_turn[lane] : Moments{0, 0};
    return {warp_sum(other.sines), warp_sum(other.cosines)};
}

}  // namespace prism

// A block a system, eight oscillators a thread.
template <typename T>
__device__ void mean_field_trajectory(const T* theta,  // [b, n]
                                      const T* omega,  // [b, n]
                                      T* next,         // [b, n]
                                      T* r,            // [b, s]
                                      double k, double alpha, double dt, double diffusion, uint32_t steps,
                                      uint32_t stages, uint32_t wrap, uint64_t seed, uint64_t offset, uint32_t b,
                                      uint32_t n, uint32_t s) {
    constexpr int HELD = 8;
    const uint64_t system = blockIdx.x;
    const prism::Stages step = {stages, dt, diffusion, wrap, {seed, 0}};
    T phase[HELD], own_rate[HELD], sine[HELD], cosine[HELD], weighed[HELD];
    uint32_t turn = 0;
    const auto each = [&](auto visit) {
#pragma unroll
        for (int e = 0; e < HELD; ++e) {
            const uint32_t i = threadIdx.x + e * blockDim.x;
            if (i >= n) break;
            visit(e, i);
        }
    };
    const auto moments = [&] {
        prism::Moments own = {0, 0};
        each([&](int e, uint32_t) {
            own.sines += double(sine[e]);
            own.cosines += double(cosine[e]);
        });
        return prism::moments_of_block(own, turn++);
    };
    const auto order = [&](prism::Moments all, uint32_t after) {
        if (s && threadIdx.x == 0) r[system * s + after - 1] = T(hypot(all.sines, all.cosines) / n);
    };
    each([&](int e, uint32_t i) {
        phase[e] = theta[system * n + i];
        own_rate[e] = omega[system * n + i];
        prism::phasor(phase[e], sine[e], cosine[e]);
    });
    for (uint32_t at = 0; at < steps; ++at) {
        for (uint32_t stage = 1; stage <= stages; ++stage) {
            const prism::Moments all = moments();
            if (stage == 1 && at > 0) order(all, at);
            const prism::Field<T> field(all.sines, all.cosines, k / n, alpha);
            each([&](int e, uint32_t i) {
                const T rate = field.rate(own_rate[e], sine[e], cosine[e]);
                weighed[e] = (stage > 1 ? weighed[e] : T(0)) + T(step.weight(stage)) * rate;
                const uint64_t number = offset + (uint64_t(at) * b + system) * n + i;
                if (stage == stages) phase[e] = step.after(phase[e], weighed[e], number);
                const T seen = stage == stages ? phase[e] : step.ahead(phase[e], rate, stage);
                prism::phasor(seen, sine[e], cosine[e]);
            });
        }
    }
    if (s) order(moments(), steps);
    each([&](int e, uint32_t i) { next[system * n + i] = phase[e]; });
}
