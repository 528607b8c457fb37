#include "prism/fold.cuh"
#include "prism/rows.cuh"
#include "prism/span.cuh"

namespace prism {

// Products in double precision; of f16 they are exact in f32.
__device__ inline double product(__half a, __half b, bool) { return __half2float(a) * __half2float(b); }
__device__ inline double product(__nv_bfloat16 a, __nv_bfloat16 b, bool) { return double(widen(a)) * double(widen(b)); }
__device__ inline double product(float a, float b, bool) { return double(a) * double(b); }
__device__ inline double product(double a, double b, bool) { return a * b; }
__device__ inline double2 product(double2 a, double2 b, bool conj) {
    const double i = conj ? -a.y : a.y;
    return {a.x * b.x - i * b.y, a.x * b.y + i * b.x};
}
__device__ inline double2 product(float2 a, float2 b, bool conj) {
    return product(double2{a.x, a.y}, double2{b.x, b.y}, conj);
}

__device__ inline double plus(double x, double y) { return x + y; }
__device__ inline double2 plus(double2 x, double2 y) { return {x.x + y.x, x.y + y.y}; }

// The sum of products of elements of type T: of complex ones a real and an imaginary part.
template <typename T>
struct Products {
    using Term = decltype(product(T(), T(), true));
    static constexpr bool COMPLEX = sizeof(Term) == 16;
    using Sum = Fold<std::conditional_t<sizeof(T) == (COMPLEX ? 16 : 8), double, float>, SUM>;
    State re = Sum::none(), im = Sum::none();

    __device__ void add(double term) { Sum::add(re, term); }
    __device__ void add(double2 term) { Sum::add(re, term.x), Sum::add(im, term.y); }

    // U packs of each factor, loaded together.
    template <int U>
    __device__ void meet(const T* a, const T* b, uint64_t jump, bool conj) {
        constexpr int V = Packed<T>::COUNT, N = U * V;
        Packed<T> x[U], y[U];
#pragma unroll
        for (int u = 0; u < U; ++u) {
            x[u] = *reinterpret_cast<const Packed<T>*>(a + u * jump);
            y[u] = *reinterpret_cast<const Packed<T>*>(b + u * jump);
        }
        Term terms[N];
#pragma unroll
        for (int k = 0; k < N; ++k) terms[k] = product(x[k / V].at[k % V], y[k / V].at[k % V], conj);
        add(tree<N>(terms, [](Term x, Term y) { return plus(x, y); }));
    }

    // The whole sum of `group` threads, on the first of them; all threads of the block must call it.
    __device__ double2 of_group(uint32_t group) {
        const double real = Sum::result(joined_by_group<Sum>(re, group), 0);
        if constexpr (!COMPLEX) return {real, 0};
        return {real, Sum::result(joined_by_group<Sum>(im, group), 0)};
    }
};

}  // namespace prism

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void dot_rows(const T* a,    // [r, n]
                         const T* b,    // [r, n]
                         T* y,          // [r]
                         double* sums,  // [r, parts, 2]
                         uint32_t conj, uint32_t parts, uint32_t ends, uint64_t r, uint64_t n) {
    const prism::RowPart part(r, n, parts);
    const uint64_t start = part.row * n + part.begin;
    prism::Products<T> mine;
    const auto one = [&](uint64_t i) { mine.add(prism::product(a[start + i], b[start + i], conj)); };
    const auto several = [&](uint64_t i, uint64_t jump, auto packs) {
        mine.template meet<decltype(packs)::value>(a + start + i, b + start + i, jump, conj);
    };
    prism::Span<T>(a + start, part.end - part.begin).template each<2>(part.lane, part.group, one, several);
    const double2 sum = mine.of_group(part.group);
    if (!part.writes()) return;
    if (ends)
        prism::to_element(sum, y + part.item);
    else
        reinterpret_cast<double2*>(sums)[part.item] = sum;
}
