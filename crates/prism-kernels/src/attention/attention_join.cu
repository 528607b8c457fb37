#include "prism/attention.cuh"

// A thread a column of a row.
template <typename T>
__device__ void attention_join(const float* part,  // [n, parts, dv]
                               const double* top,  // [n, parts]
                               T* o,               // [n, dv]
                               uint64_t n, uint32_t parts, uint32_t dv) {
    const uint64_t at = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (at >= n * dv) return;
    const uint64_t row = at / dv;
    const double* const tops = top + row * parts;
    double most = -prism::infinity<double>();
    for (uint32_t j = 0; j < parts; ++j) most = max(most, tops[j]);
    const double base = prism::score_base(most);
    const float* const column = part + row * parts * dv + at % dv;
    float sum = 0, total = 0;
    for (uint32_t j = 0; j < parts; ++j) {
        const float weight = exp2f(float(tops[j] - base));
        sum += weight;
        total = fmaf(weight, column[uint64_t(j) * dv], total);
    }
    o[at] = prism::narrow<T>(total * prism::share_scale(sum));
}
