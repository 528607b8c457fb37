#include <cstdint>

#include "prism/axis.cuh"

// A warp a part of a row, 32 neighbouring samples at a time. The first of those in one cell adds their weights to it,
// in the order of the samples; no other warp touches the table.
template <typename T>
__device__ void pair_sums(const T* x,           // [r, n]
                          const T* y,           // [r, n]
                          const T* weights,     // [r, n]
                          const double* range,  // [r, 4]
                          double* sums,         // [r, parts, nx, ny]
                          uint32_t r, uint32_t n, uint32_t parts, uint32_t nx, uint32_t ny) {
    const uint64_t item = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (item >= uint64_t(r) * parts) return;
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t row = item / parts, length = (uint64_t(n) + parts - 1) / parts;
    const uint64_t begin = min(item % parts * length, uint64_t(n)), end = min(begin + length, uint64_t(n));
    const double* limits = range + row * 4;
    const prism::Axis<T> across(limits[0], limits[1], nx), along(limits[2], limits[3], ny);
    if (!across.is_range() || !along.is_range()) return;
    double* table = sums + item * nx * ny;
    constexpr unsigned long long NONE = ~0ull;
    for (uint64_t first = begin; first < end; first += 32) {
        const uint64_t at = row * n + first + lane;
        unsigned long long cell = NONE;
        double weight = 0;
        if (first + lane < end) {
            const uint32_t kx = across.bin(double(x[at])), ky = along.bin(double(y[at]));
            if (kx < nx && ky < ny) cell = uint64_t(kx) * ny + ky;
            weight = double(weights[at]);
        }
        uint32_t peers = __match_any_sync(~0u, cell);
        if (cell == NONE) peers = 0;
        const bool adds = peers != 0 && lane == __ffs(peers) - 1;
        double sum = adds ? table[cell] : 0;
        for (; __any_sync(~0u, peers != 0); peers &= peers - 1) {
            const double next = __shfl_sync(~0u, weight, peers != 0 ? __ffs(peers) - 1 : lane);
            if (peers != 0) sum += next;
        }
        if (adds) table[cell] = sum;
        __syncwarp();
    }
}
