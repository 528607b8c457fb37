#include "prism/rows.cuh"
#include "prism/span.cuh"

namespace prism {

// Terms that a block divides; `threads` of the Rust side counts alike.
constexpr uint64_t SHARE = 16384;

// Divides `count` numbers in place, by the block.
template <typename T>
__device__ void divide(T* terms, uint64_t count, double by) {
    const auto one = [&](uint64_t i) { terms[i] = T(double(terms[i]) / by); };
    Span<T>(terms, count).template each<4>(threadIdx.x, blockDim.x, one, [&](uint64_t at, uint64_t jump, auto packs) {
        constexpr int U = decltype(packs)::value;
        Packed<T> held[U];
#pragma unroll
        for (int u = 0; u < U; ++u) held[u] = *reinterpret_cast<const Packed<T>*>(terms + at + u * jump);
#pragma unroll
        for (int u = 0; u < U; ++u) {
#pragma unroll
            for (int v = 0; v < Packed<T>::COUNT; ++v) held[u].at[v] = T(double(held[u].at[v]) / by);
            *reinterpret_cast<Packed<T>*>(terms + at + u * jump) = held[u];
        }
    });
}

}  // namespace prism

// A block a share of a process's terms, at least one; each adds up the process's parts.
template <typename T>
__device__ void production_per_step(const T* production,  // [b, s]
                                    const T* total,       // [b, s]
                                    T* sigma,             // [b]
                                    T* edges,             // [e, n, n]
                                    uint32_t b, uint32_t s, uint32_t e, uint32_t n) {
    __shared__ double shared;
    const uint64_t size = e > 0 ? uint64_t(n) * n : 0,
                   shares = max((size + prism::SHARE - 1) / prism::SHARE, uint64_t(1));
    const uint64_t row = blockIdx.x / shares, share = blockIdx.x % shares;
    if (row >= b) return;
    double produced = 0, steps = 0;
    for (uint32_t j = threadIdx.x; j < s; j += blockDim.x) {
        produced += double(production[row * s + j]);
        steps += double(total[row * s + j]);
    }
    produced = prism::block_sum(produced);
    steps = prism::block_sum_of_all(steps, &shared);
    if (threadIdx.x == 0 && share == 0) sigma[row] = T(produced / steps);
    const uint64_t begin = share * prism::SHARE;
    prism::divide(edges + row * size + begin, min(size - begin, prism::SHARE), steps);
}
