#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void gaussian_log_density(const T* y,          // [b, n]
                                     const T* mean,       // [g, n]
                                     const T* precision,  // [w, n]
                                     T* density,          // [b * parts]
                                     T* error,            // [e, n]
                                     uint64_t* fault,     // [1]
                                     uint32_t parts, uint32_t b, uint32_t n, uint32_t g, uint32_t w, uint32_t e) {
    struct Term {
        T y, mean, precision;
        uint64_t i;
    };
    constexpr double LN_TAU = 1.8378770664093453;
    const prism::RowPart part(b, n, parts);
    const uint64_t start = part.row * n, of = w > 1 ? start : 0;
    double mine = 0;
    part.each([&](uint64_t i) { return Term{y[start + i], g > 0 ? mean[start + i] : T(0), precision[of + i], i}; },
              [&](const Term& x) {
                  const T difference = x.y - x.mean;
                  if (e > 0) error[start + x.i] = difference;
                  if (x.precision <= 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(of + x.i));
                  mine += double(x.precision * difference * difference) - double(log(x.precision)) + LN_TAU;
              });
    const double sum = part.sum(mine);
    if (part.writes()) density[part.item] = T(-0.5 * sum);
}
