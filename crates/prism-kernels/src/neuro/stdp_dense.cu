#include <cstdint>

#include "prism/stdp.cuh"
#include "prism/warp.cuh"

// A warp 1024 synapses of a row: all of them when the row's neuron spikes, else those of the columns that do.
template <typename T>
__device__ void stdp_dense(T* w,                  // [n, m]
                           const T* x,            // [n]
                           const T* y,            // [m]
                           const uint32_t* pre,   // [s, words(n)]
                           const uint32_t* post,  // [s, words(m)]
                           uint32_t* status,      // [1]
                           uint32_t step, double potentiation, double depression, double mu_plus, double mu_minus,
                           double w_max, double decay_plus, double decay_minus, uint32_t n, uint32_t m, uint32_t s) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t words = (uint64_t(m) + 31) / 32, parts = (uint64_t(words) + 31) / 32, lane = threadIdx.x % 32;
    if (warp >= uint64_t(n) * parts) return;
    const uint64_t row = warp / parts, first = warp % parts * 1024;
    const uint64_t row_words = (uint64_t(n) + 31) / 32;
    const bool spiked = prism::spikes_in(pre + step * row_words, row);
    const uint32_t word = first / 32 + lane < words ? post[uint64_t(step) * words + first / 32 + lane] : 0;
    const prism::Stdp rule = {potentiation, depression, mu_plus, mu_minus, w_max};
    const double trace = __dmul_rn(double(x[row]), decay_plus);
    bool inside = true;
    const auto change = [&](uint64_t j, bool arrives) {
        T* const at = w + row * m + j;
        const double before = *at;
        if (before >= 0 && before <= w_max)
            *at = T(rule.weight(before, spiked, arrives, trace, __dmul_rn(double(y[j]), decay_minus)));
        else
            inside = false;
    };
    if (spiked) {
#pragma unroll 4
        for (uint32_t k = 0; k < 32; ++k) {
            const uint32_t columns = __shfl_sync(prism::FULL, word, k);
            const uint64_t j = first + k * 32 + lane;
            if (j < m) change(j, columns >> lane & 1);
        }
    } else {
        for (uint32_t left = word; left; left &= left - 1) {
            const uint64_t j = first + lane * 32 + __ffs(left) - 1;
            if (j < m) change(j, true);
        }
    }
    if (!inside) atomicOr(status, 1u);
}
