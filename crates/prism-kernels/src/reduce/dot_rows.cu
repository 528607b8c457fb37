#include "prism/fold.cuh"
#include "prism/rows.cuh"
#include "prism/span.cuh"

namespace prism {

// Products in double precision; of f16 they are exact in f32.
__device__ inline double2 product(__half a, __half b, bool) { return {double(__half2float(a) * __half2float(b)), 0}; }
__device__ inline double2 product(__nv_bfloat16 a, __nv_bfloat16 b, bool) {
    return {double(widen(a)) * double(widen(b)), 0};
}
__device__ inline double2 product(float a, float b, bool) { return {double(a) * double(b), 0}; }
__device__ inline double2 product(double a, double b, bool) { return {a * b, 0}; }
__device__ inline double2 product(double2 a, double2 b, bool conj) {
    const double i = conj ? -a.y : a.y;
    return {a.x * b.x - i * b.y, a.x * b.y + i * b.x};
}
__device__ inline double2 product(float2 a, float2 b, bool conj) {
    return product(double2{a.x, a.y}, double2{b.x, b.y}, conj);
}

// U packs of each factor, loaded together, and the sum of their products.
template <int U, typename T>
__device__ double2 products(const T* a, const T* b, uint64_t jump, bool conj) {
    Packed<T> x[U], y[U];
#pragma unroll
    for (int u = 0; u < U; ++u) {
        x[u] = *reinterpret_cast<const Packed<T>*>(a + u * jump);
        y[u] = *reinterpret_cast<const Packed<T>*>(b + u * jump);
    }
    double2 sum = {0, 0};
#pragma unroll
    for (int k = 0; k < U * Packed<T>::COUNT; ++k) {
        const int u = k / Packed<T>::COUNT, v = k % Packed<T>::COUNT;
        const double2 term = product(x[u].at[v], y[u].at[v], conj);
        sum.x += term.x, sum.y += term.y;
    }
    return sum;
}

}  // namespace prism

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void dot_rows(const T* a,    // [r, n]
                         const T* b,    // [r, n]
                         T* y,          // [r]
                         double* sums,  // [r, parts, 2]
                         uint32_t conj, uint32_t parts, uint32_t ends, uint64_t r, uint64_t n) {
    using Sum = prism::Fold<double, prism::SUM>;
    const prism::RowPart part(r, n, parts);
    const uint64_t start = part.row * n + part.begin;
    prism::State re = Sum::none(), im = Sum::none();
    const auto add = [&](double2 term) {
        prism::accumulate(re, term.x);
        prism::accumulate(im, term.y);
    };
    const auto one = [&](uint64_t i) { add(prism::product(a[start + i], b[start + i], conj)); };
    const auto several = [&](uint64_t i, uint64_t jump, auto packs) {
        add(prism::products<decltype(packs)::value>(a + start + i, b + start + i, jump, conj));
    };
    prism::Span<T>(a + start, part.end - part.begin).template each<2>(part.lane, part.group, one, several);
    const double real = Sum::result(prism::joined_by_group<Sum>(re, part.group), n);
    const double imaginary = Sum::result(prism::joined_by_group<Sum>(im, part.group), n);
    if (!part.writes()) return;
    if (ends)
        prism::to_element(double2{real, imaginary}, y + part.item);
    else
        reinterpret_cast<double2*>(sums)[part.item] = {real, imaginary};
}
