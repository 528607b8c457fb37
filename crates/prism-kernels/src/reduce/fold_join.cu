#include "prism/fold.cuh"

// A thread, a few, a warp or a block a result.
template <typename T, int HOW>
__device__ void fold_join(const double* states,  // [o, n, i, 2]
                          T* y,                  // [o * i]
                          int64_t* index,        // [o * i]
                          double* joined,        // [o * i, 2]
                          uint64_t count, uint32_t how, uint32_t group, uint32_t ends, uint64_t o, uint64_t n,
                          uint64_t i) {
    using Fold = prism::Fold<double, HOW>;  // states are doubles whatever they are of
    const uint64_t thread = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x, at = thread / group;
    const bool writes = at < o * i && thread % group == 0;
    const prism::State* const from = reinterpret_cast<const prism::State*>(states) + at / i * n * i + at % i;
    prism::State state = Fold::none();
    for (uint64_t k = at < o * i ? thread % group : n; k < n; k += group) state = Fold::joined(state, from[k * i]);
    state = prism::joined_by_group<Fold>(state, group);
    if (writes) prism::put<HOW, Fold>(state, count, at, ends, y, index, joined);
}
