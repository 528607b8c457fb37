#include "prism/divergence.cuh"
#include "prism/rows.cuh"

namespace prism {

// (a − b)·ln(a/b) in the precision of U.
template <typename U>
__device__ double pair_term(double a, double b) {
    if (!(a >= 0 && b >= 0)) return nan("");
    if (a == b) return 0;
    if (a == 0 || b == 0) return __builtin_huge_val();
    return double((U(a) - U(b)) * log_ratio(U(a), U(b)));
}

// The fluxes of one process.
template <typename T>
struct Fluxes {
    const T* rates;  // [n, n]
    const T* p;      // [n], or none
    uint64_t first;  // the place of the process among all rates
    unsigned long long* fault;
    double pseudocount;
    uint32_t n;

    __device__ double at(uint32_t i, uint32_t j) const {
        const uint64_t place = uint64_t(i) * n + j;
        const double rate = double(rates[place]);
        if (rate < 0 && i != j) atomicMax(fault, ~(first + place));
        return p ? rate * double(p[j]) : rate + pseudocount;
    }
};

}  // namespace prism

// A block a part: 32 × 32 pairs at a time, the fluxes back turned around in shared memory.
template <typename T>
__device__ void schnakenberg(const T* w,       // [b, n, n]
                             const T* p,       // [g, n]
                             T* production,    // [b * parts]
                             T* total,         // [b * parts]
                             T* edges,         // [e, n, n]
                             uint64_t* fault,  // [1]
                             double pseudocount, uint32_t parts, uint32_t b, uint32_t n, uint32_t g, uint32_t e) {
    __shared__ double back[32][33];
    const uint64_t tiles = (uint64_t(n) + 31) / 32, pairs = tiles * (tiles + 1) / 2;
    const uint64_t batch = blockIdx.x / parts, length = (pairs + parts - 1) / parts;
    const uint64_t begin = min(blockIdx.x % parts * length, pairs), end = min(begin + length, pairs);
    if (batch >= b) return;
    const uint64_t first = batch * n * n;
    const prism::Fluxes<T> flux{w + first,   g > 0 ? p + batch * n : nullptr,
                                first,       reinterpret_cast<unsigned long long*>(fault),
                                pseudocount, n};
    const bool is_wide = g > 0 || pseudocount > 0;
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32, rows = blockDim.x / 32;

    uint64_t right = uint64_t((sqrt(8.0 * double(begin) + 1) - 1) / 2);
    while (right * (right + 1) / 2 > begin) --right;
    while ((right + 1) * (right + 2) / 2 <= begin) ++right;
    uint64_t left = begin - right * (right + 1) / 2;
    double produced = 0, sum = 0;
    for (uint64_t pair = begin; pair < end; ++pair) {
        const uint32_t i0 = uint32_t(left) * 32, j0 = uint32_t(right) * 32;
        for (uint32_t r = y; r < 32; r += rows) {
            const bool inside = j0 + r < n && i0 + x < n;
            back[r][x] = inside ? flux.at(j0 + r, i0 + x) : 0;
            if (inside && left != right) sum += back[r][x];
        }
        __syncthreads();
        for (uint32_t r = y; r < 32; r += rows) {
            const uint32_t i = i0 + r, j = j0 + x;
            if (i >= n || j >= n) continue;
            const double forth = flux.at(i, j);
            double term = 0;
            if (i != j) {
                term = is_wide ? prism::pair_term<double>(forth, back[x][r]) : prism::pair_term<T>(forth, back[x][r]);
            }
            sum += i == j && g > 0 ? 0 : forth;
            produced += i < j ? term : 0;
            if (e > 0) edges[first + uint64_t(i) * n + j] = T(term);
            if (left != right) back[x][r] = term;
        }
        __syncthreads();
        for (uint32_t r = y; r < 32 && e > 0 && left != right; r += rows) {
            if (j0 + r < n && i0 + x < n) edges[first + uint64_t(j0 + r) * n + i0 + x] = T(back[r][x]);
        }
        __syncthreads();
        if (++left > right) {
            left = 0;
            ++right;
        }
    }
    produced = prism::block_sum(produced);
    sum = prism::block_sum(sum);
    if (threadIdx.x != 0) return;
    production[blockIdx.x] = T(produced);
    total[blockIdx.x] = T(sum);
}
