#include <cstdint>
#include <type_traits>

#include "prism/axis.cuh"

namespace prism {

constexpr uint32_t SHARED_BINS = 12288;  // 48 KiB a block

// Counts N pairs: at once those whose bins are sure, then one by one the others.
template <int N, typename T>
__device__ void count_pairs(const T* x, const T* y, const Axis<T>& across, const Axis<T>& along, uint32_t* table) {
    struct alignas(N * sizeof(T)) Several {
        T at[N];
    };
    const Several a = *reinterpret_cast<const Several*>(x), b = *reinterpret_cast<const Several*>(y);
    uint32_t unsure = 0;
    const auto add = [&](uint32_t kx, uint32_t ky) {
        if (kx < across.bins && ky < along.bins) atomicAdd(table + uint64_t(kx) * along.bins + ky, 1u);
    };
#pragma unroll
    for (int k = 0; k < N; ++k) {
        const uint32_t kx = across.sure_bin(a.at[k]), ky = along.sure_bin(b.at[k]);
        if (kx == Axis<T>::UNSURE || ky == Axis<T>::UNSURE)
            unsure |= 1u << k;
        else
            add(kx, ky);
    }
    for (; unsure; unsure &= unsure - 1) {
        const int first = __ffs(unsure) - 1;
        T u = a.at[0], v = b.at[0];
#pragma unroll
        for (int k = 1; k < N; ++k) {
            if (k == first) u = a.at[k], v = b.at[k];
        }
        add(across.bin(double(u)), along.bin(double(v)));
    }
}

}  // namespace prism

// A block a row and 16384 samples, or more where tables are large: counts in copies of the table in shared memory where
// it fits and there are enough samples to pay for it, else in the output.
template <typename T>
__device__ void pair_counts(const T* x,           // [r, n]
                            const T* y,           // [r, n]
                            const double* range,  // [r, 4]
                            uint32_t* counts,     // [r, nx, ny]
                            uint32_t r, uint32_t n, uint32_t nx, uint32_t ny) {
    constexpr int WIDTH = 16 / sizeof(T);
    __shared__ uint32_t bins[prism::SHARED_BINS];
    const uint64_t cells = uint64_t(nx) * ny, samples = 16384 * max(min(cells, uint64_t(16384)) / 2048, uint64_t(1));
    const uint32_t parts = (n + samples - 1) / samples;
    const uint64_t row = blockIdx.x / parts;
    if (row >= r) return;
    const uint64_t begin = uint64_t(blockIdx.x % parts) * samples;
    const uint64_t end = min(begin + samples, uint64_t(n));
    uint32_t* table = counts + row * cells;
    const double* limits = range + row * 4;
    const prism::Axis<T> across(limits[0], limits[1], nx), along(limits[2], limits[3], ny);
    if (!across.is_range() || !along.is_range()) return;
    const bool is_private = cells <= prism::SHARED_BINS && cells <= 4 * (end - begin);
    const uint32_t copies = is_private ? min(blockDim.x / 32, uint32_t(prism::SHARED_BINS / cells)) : 0;
    for (uint32_t i = threadIdx.x; i < copies * cells; i += blockDim.x) bins[i] = 0;
    __syncthreads();

    const T *of_x = x + row * n, *of_y = y + row * n;
    const auto count = [&](auto width, uint32_t* into) {
        for (uint64_t i = begin + threadIdx.x * width; i < end; i += blockDim.x * width)
            prism::count_pairs<width>(of_x + i, of_y + i, across, along, into);
    };
    const auto count_all = [&](uint32_t* into) {
        if (n % WIDTH == 0)
            count(std::integral_constant<int, WIDTH>(), into);
        else
            count(std::integral_constant<int, 1>(), into);
    };
    if (!is_private) {
        count_all(table);
        return;
    }
    count_all(bins + threadIdx.x / 32 % copies * cells);
    __syncthreads();

    for (uint32_t i = threadIdx.x; i < cells; i += blockDim.x) {
        uint32_t sum = 0;
        for (uint32_t copy = 0; copy < copies; ++copy) sum += bins[copy * cells + i];
        if (sum > 0) atomicAdd(table + i, sum);
    }
}
