#include <cstdint>

#include "prism/axis.cuh"

// A warp a part of a row, 32 neighbouring samples at a time, the next on their way meanwhile. The first of those in one
// cell adds their weights to it, in the order of the samples; no other warp touches the table, which lies in shared
// memory where it fits.
template <typename T>
__device__ void pair_sums(const T* x,           // [r, n]
                          const T* y,           // [r, n]
                          const T* weights,     // [r, n]
                          const double* range,  // [r, 4]
                          double* sums,         // [r, parts, nx, ny]
                          uint32_t r, uint32_t n, uint32_t parts, uint32_t nx, uint32_t ny) {
    constexpr uint32_t WARPS = 4, HELD = 1024;
    __shared__ double tables[WARPS][HELD];
    const uint64_t item = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (item >= uint64_t(r) * parts) return;
    const uint32_t lane = threadIdx.x % 32;
    const uint64_t row = item / parts, length = (uint64_t(n) + parts - 1) / parts;
    const uint64_t begin = min(item % parts * length, uint64_t(n)), end = min(begin + length, uint64_t(n));
    const double* limits = range + row * 4;
    const prism::Axis<T> across(limits[0], limits[1], nx), along(limits[2], limits[3], ny);
    if (!across.is_range() || !along.is_range()) return;
    const bool has_places = across.has_places() && along.has_places();
    const uint64_t cells = uint64_t(nx) * ny;
    double *const whole = sums + item * cells, *const table = cells <= HELD ? tables[threadIdx.x / 32] : whole;
    for (uint64_t i = lane; table != whole && i < cells; i += 32) table[i] = whole[i];
    __syncwarp();

    struct Sample {
        T x, y, weight;
    };
    // What lies behind the part has no bin.
    const auto load = [&](uint64_t first) -> Sample {
        const uint64_t at = row * n + first + lane;
        if (first + lane >= end) return {T(nan("")), T(0), T(0)};
        return {x[at], y[at], weights[at]};
    };
    const auto bin = [&](const prism::Axis<T>& axis, T value) {
        return has_places ? axis.bin_by_place(value) : axis.bin(double(value));
    };
    constexpr unsigned long long NONE = ~0ull;
    Sample next = load(begin);
    for (uint64_t first = begin; first < end; first += 32) {
        const Sample now = next;
        next = load(first + 32);
        const uint32_t kx = bin(across, now.x), ky = bin(along, now.y);
        const unsigned long long cell = kx < nx && ky < ny ? uint64_t(kx) * ny + ky : NONE;
        uint32_t peers = __match_any_sync(~0u, cell);
        if (cell == NONE) peers = 0;
        const bool adds = peers != 0 && lane == __ffs(peers) - 1;
        double sum = adds ? table[cell] : 0;
        for (; __any_sync(~0u, peers != 0); peers &= peers - 1) {
            const double weight = __shfl_sync(~0u, double(now.weight), peers != 0 ? __ffs(peers) - 1 : lane);
            if (peers != 0) sum += weight;
        }
        if (adds) table[cell] = sum;
        __syncwarp();
    }
    for (uint64_t i = lane; table != whole && i < cells; i += 32) whole[i] = table[i];
}
