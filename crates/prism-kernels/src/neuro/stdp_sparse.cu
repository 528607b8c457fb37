#include <cstdint>

#include "prism/stdp.cuh"
#include "prism/weights.cuh"

// A warp a row.
template <typename T>
__device__ void stdp_sparse(const int32_t* row_start,  // [n + 1]
                            const int32_t* column,     // [nz]
                            T* w,                      // [nz]
                            const T* x,                // [n]
                            const T* y,                // [m]
                            const uint32_t* pre,       // [s, words(n)]
                            const uint32_t* post,      // [s, words(m)]
                            uint32_t* status,          // [1]
                            uint32_t step, double potentiation, double depression, double mu_plus, double mu_minus,
                            double w_max, double decay_plus, double decay_minus, uint32_t nz, uint32_t n, uint32_t m,
                            uint32_t s) {
    const uint64_t row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (row >= n) return;
    const uint64_t row_words = (uint64_t(n) + 31) / 32, words = (uint64_t(m) + 31) / 32;
    const prism::Weights<T> weights = {nullptr, row_start, column, nullptr, m, nz, false};
    int32_t begin, end;
    if (!weights.span(row, begin, end)) {
        atomicOr(status, 2u);
        return;
    }
    const bool spiked = prism::spikes_in(pre + step * row_words, row);
    const prism::Stdp rule = {potentiation, depression, mu_plus, mu_minus, w_max};
    const double trace = __dmul_rn(double(x[row]), decay_plus);
    bool inside = true;
    for (int64_t at = int64_t(begin) + threadIdx.x % 32; at < end; at += 32) {
        const uint32_t j = column[at];
        const bool arrives = prism::spikes_in(post + step * words, j);
        if (!spiked && !arrives) continue;
        const double before = w[at];
        if (before >= 0 && before <= w_max)
            w[at] = T(rule.weight(before, spiked, arrives, trace, __dmul_rn(double(y[j]), decay_minus)));
        else
            inside = false;
    }
    if (!inside) atomicOr(status, 1u);
}
