// Spike-timing-dependent plasticity of one synapse.
#pragma once
#include <cstdint>

namespace prism {

// z^mu; without a rounding for the rules in use, mu = 0 and 1.
__device__ inline double power(double z, double mu) { return mu == 0 ? 1 : mu == 1 ? z : pow(z, mu); }

struct Stdp {
    double potentiation, depression;  // λW, αλW
    double mu_plus, mu_minus, w_max;

    // The weight after a step with or without a spike of either neuron and their decayed traces. Every operation is
    // rounded on its own.
    __device__ double weight(double w, bool pre, bool post, double x, double y) const {
        if (post) {
            const double room = power(__dsub_rn(1, w / w_max), mu_plus);
            w = __dadd_rn(w, __dmul_rn(__dmul_rn(potentiation, room), x));
        }
        if (pre) w = __dsub_rn(w, __dmul_rn(__dmul_rn(depression, power(w / w_max, mu_minus)), y));
        return min(max(w, 0.0), w_max);
    }
};

// Whether neuron `i` of a bit mask spikes.
__device__ inline bool spikes_in(const uint32_t* mask, uint64_t i) { return mask[i / 32] >> (i % 32) & 1; }

}  // namespace prism
