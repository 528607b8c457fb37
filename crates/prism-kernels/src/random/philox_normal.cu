#include "prism/box_muller.cuh"
#include "prism/stream.cuh"

namespace prism {

__device__ inline uint4 normals(uint4 w, float mu, float sigma) {
    const float2 a = of_turns(w.y), b = of_turns(w.w);
    const float r = radius(w.x), q = radius(w.z);
    return make_uint4(__float_as_uint(fmaf(sigma, r * a.x, mu)), __float_as_uint(fmaf(sigma, r * a.y, mu)),
                      __float_as_uint(fmaf(sigma, q * b.x, mu)), __float_as_uint(fmaf(sigma, q * b.y, mu)));
}

__device__ inline uint4 normals(uint4 w, double mu, double sigma) {
    const double2 at = of_turns((uint64_t(w.w) << 32 | w.z) >> 11);
    const double r = radius((uint64_t(w.y) << 32 | w.x) >> 11), a = fma(sigma, r * at.x, mu),
                 b = fma(sigma, r * at.y, mu);
    return make_uint4(__double2loint(a), __double2hiint(a), __double2loint(b), __double2hiint(b));
}

}  // namespace prism

template <typename T>
__device__ void philox_normal(T* y,  // [n]
                              uint64_t seed, uint64_t stream, uint64_t offset, double mu, double sigma, uint64_t n) {
    const T center = T(mu), deviation = T(sigma);
    prism::draw(prism::Philox{seed, stream}, offset, n, y,
                [=](uint4 words) { return prism::normals(words, center, deviation); });
}
