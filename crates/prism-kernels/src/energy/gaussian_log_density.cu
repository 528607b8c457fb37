#include "prism/logarithm.cuh"
#include "prism/row_packs.cuh"

namespace prism {

// What is loaded together of some neighbouring terms.
template <typename Some>
struct GaussianTerms {
    Some y, mean, precision;
    uint32_t i;
};

}  // namespace prism

// A group of lanes a row or part.
template <typename T>
__device__ void gaussian_log_density(const T* y,          // [b, n]
                                     const T* mean,       // [g, n]
                                     const T* precision,  // [w, n]
                                     T* density,          // [b * parts]
                                     T* error,            // [e, n]
                                     uint64_t* fault,     // [1]
                                     uint32_t parts, uint32_t b, uint32_t n, uint32_t g, uint32_t w, uint32_t e) {
    constexpr T LN_TAU = T(1.8378770664093453);
    for (prism::RowPacks<T> packs(b, n, parts); packs.more(); packs.advance()) {
        const uint64_t start = packs.row * n, of = w > 1 ? start : 0;
        double mine = 0;
        packs.template each<2>(
            [&](uint32_t i, auto width) {
                using Some = prism::Neighbours<T, width>;
                const auto centre = g > 0 ? Some::of(mean + start + i) : Some::all(0);
                const auto certain = Some::of(precision + of + i);
                return prism::GaussianTerms<Some>{Some::of(y + start + i), centre, certain, i};
            },
            [&](const auto& x) {
                auto difference = x.y;
                T some = 0;
#pragma unroll
                for (int k = 0; k < x.y.COUNT; ++k) {
                    const T certain = x.precision.at[k];
                    if (certain <= 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(of + x.i + k));
                    difference.at[k] -= x.mean.at[k];
                    some += certain * difference.at[k] * difference.at[k] - prism::log_near(certain) + LN_TAU;
                }
                if (e > 0) difference.put(error + start + x.i);
                mine += double(some);
            });
        const double sum = packs.sum(mine);
        if (packs.writes()) density[packs.item()] = T(-0.5 * sum);
    }
}
