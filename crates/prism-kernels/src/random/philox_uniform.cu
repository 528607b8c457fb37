#include <type_traits>

#include "prism/stream.cuh"

namespace prism {

__device__ inline float below(float x) { return nextafterf(x, -infinity<float>()); }
__device__ inline double below(double x) { return nextafter(x, -infinity<double>()); }

// lo + (hi − lo)·u in three roundings, and the next number below hi where that rounds to it.
template <typename W>
struct Interval {
    W lo, width, most;

    __device__ Interval(double from, double to) : lo(W(from)), width(W(to) - lo), most(below(W(to))) {}

    __device__ float at(float u) const { return min(__fadd_rn(lo, __fmul_rn(width, u)), most); }
    __device__ double at(double u) const {
        const double y = __dadd_rn(lo, __dmul_rn(width, u));
        return y < most ? y : most;  // fewer instructions than min, which minds NaN
    }
};

__device__ inline uint32_t of_word(uint32_t word, const Interval<float>& interval) {
    return __float_as_uint(interval.at(float(word >> 8) * 0x1p-24f));
}

__device__ inline uint4 uniforms(uint4 w, const Interval<float>& interval) {
    return make_uint4(of_word(w.x, interval), of_word(w.y, interval), of_word(w.z, interval), of_word(w.w, interval));
}

__device__ inline uint4 uniforms(uint4 w, const Interval<double>& interval) {
    const double a = interval.at(double((uint64_t(w.y) << 32 | w.x) >> 11) * 0x1p-53);
    const double b = interval.at(double((uint64_t(w.w) << 32 | w.z) >> 11) * 0x1p-53);
    return make_uint4(__double2loint(a), __double2hiint(a), __double2loint(b), __double2hiint(b));
}

}  // namespace prism

template <typename T>
__device__ void philox_uniform(T* y,  // [n]
                               uint64_t seed, uint64_t stream, uint64_t offset, double lo, double hi, uint64_t n) {
    const prism::Philox philox{seed, stream};
    if constexpr (std::is_same_v<T, uint32_t>) {
        prism::draw(philox, offset, n, y, [](uint4 words) { return words; });
    } else {
        const prism::Interval<T> interval(lo, hi);
        prism::draw(philox, offset, n, y, [&](uint4 words) { return prism::uniforms(words, interval); });
    }
}
