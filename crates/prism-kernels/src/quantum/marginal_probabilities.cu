#include "prism/born.cuh"
#include "prism/reduce.cuh"

namespace prism {

// The low bits of `i`, in order, at the places of `bits`.
__device__ inline uint64_t scatter(uint64_t i, uint64_t bits) {
    uint64_t place = 0;
    for (; bits; bits &= bits - 1, i >>= 1) {
        if (i & 1) place |= bits & -bits;
    }
    return place;
}

}  // namespace prism

// A warp a part of the outcomes that agree in the listed qubits from 5 on: its lanes are the qubits 0 to 4.
template <typename T>
__device__ void marginal_probabilities(const T* state,          // [b, s]
                                       const uint32_t* qubits,  // [m]
                                       double* probabilities,   // [b, outcomes, parts]
                                       uint64_t listed, uint32_t b, uint64_t s, uint32_t m, uint64_t outcomes,
                                       uint32_t parts) {
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t high = listed & ~uint64_t(31), open = (s - 1) & ~listed & ~uint64_t(31);
    const uint64_t groups = uint64_t(1) << __popcll(high), terms = uint64_t(1) << __popcll(open);
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint64_t part = warp % parts, group = warp / parts % groups, row = warp / parts / groups;
    if (row >= b) return;
    const uint64_t length = (terms + parts - 1) / parts, begin = min(part * length, terms);
    const uint64_t end = min(begin + length, terms), fixed = prism::scatter(group, high) | lane;
    const T* const from = state + row * s + fixed;
    uint64_t place = prism::scatter(begin, open);
    double sum = 0;
    for (uint64_t i = begin; i < end && lane < s; i += 4) {
        T held[4];
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            held[k] = {};
            if (i + k < end) held[k] = from[place];
            place = ((place | ~open) + 1) & open;
        }
#pragma unroll
        for (int k = 0; k < 4; ++k) sum += prism::probability(held[k]);
    }
    __syncwarp();
    for (uint32_t q = 1; q < 32; q *= 2) {
        const double other = __shfl_xor_sync(prism::FULL, sum, q);
        if (!(listed & q)) sum += other;
    }
    if (lane & ~listed || lane >= s) return;
    uint64_t outcome = 0;
    for (uint32_t j = 0; j < m; ++j) outcome |= (fixed >> qubits[j] & 1) << j;
    probabilities[(row * outcomes + outcome) * parts + part] = sum;
}
