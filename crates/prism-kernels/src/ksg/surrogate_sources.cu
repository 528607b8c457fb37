#include "prism/ksg/order.cuh"
#include "prism/shuffle.cuh"

namespace prism {

__device__ inline uint32_t displaced(uint32_t method, uint32_t within, uint32_t length, const uint32_t* key) {
    if (method == 1) return shuffled(within, length, key);
    if (method == 2 && length > 1) {
        const uint32_t margin = min(max(key[1], 1u), length / 2);
        return (uint64_t(within) + margin + __umulhi(key[0], length - 2 * margin + 1)) % length;
    }
    return within;
}

}  // namespace prism

// One thread a column of a problem.
template <typename T>
__device__ void surrogate_sources(const float* near_values,      // [b, ds, n]
                                  const T* values,               // [b, ds, n]
                                  const uint32_t* order,         // [g, n]
                                  const uint32_t* trial_start,   // [g, n]
                                  const uint32_t* trial_length,  // [g, n]
                                  const uint32_t* rows,          // [g]
                                  const uint32_t* which,         // [p]
                                  const uint32_t* block,         // [p]
                                  const uint32_t* method,        // [p]
                                  const uint32_t* key,           // [p, 4]
                                  float* near_source,            // [p, ds, row_length(n)]
                                  T* source,                     // [p, ds, n]
                                  uint32_t b, uint32_t ds, uint32_t n, uint32_t g, uint32_t p) {
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const uint32_t row = prism::row_length(n), problem = thread / row, i = thread % row;
    if (problem >= p) return;
    const uint32_t of = which[problem];
    const bool known = i < rows[of];
    uint32_t from = 0;
    if (known) {
        const uint32_t sample = order[size_t(of) * n + i];
        const uint32_t start = trial_start[size_t(of) * n + sample], length = trial_length[size_t(of) * n + sample];
        from = start + prism::displaced(method[problem], sample - start, length, key + size_t(problem) * 4);
    }
    for (uint32_t c = 0; c < ds; ++c) {
        const size_t to = size_t(problem) * ds + c, at = (size_t(block[problem]) * ds + c) * n + from;
        near_source[to * row + i] = known ? near_values[at] : prism::infinity<float>();
        if (i < n) source[to * n + i] = known ? values[at] : T(0);
    }
}
