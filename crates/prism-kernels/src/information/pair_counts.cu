#include <cstdint>

#include "prism/axis.cuh"

namespace prism {

constexpr uint32_t SHARED_BINS = 12224;  // with two axes 48 KiB a block

// Four samples of a thread: neighbours in packs of 16 bytes or, where rows are not made of such, one in each of four
// rounds of the block, NaN behind the end.
template <typename T, bool PACKED>
struct Four {
    alignas(16) T at[4];

    __device__ void take(const T* x, uint64_t i, uint64_t end) {
        if (PACKED) {
            constexpr int PACKS = sizeof(at) / 16;
#pragma unroll
            for (int k = 0; k < PACKS; ++k) reinterpret_cast<uint4*>(at)[k] = reinterpret_cast<const uint4*>(x + i)[k];
        } else {
#pragma unroll
            for (int k = 0; k < 4; ++k) at[k] = i + k * blockDim.x < end ? x[i + k * blockDim.x] : T(nan(""));
        }
    }
};

// Calls add(a, b) for every pair from `begin` to `end`; a thread's next four are on their way meanwhile.
template <bool PACKED, typename T, typename Add>
__device__ void each_pair(const T* x, const T* y, uint64_t begin, uint64_t end, Add add) {
    uint64_t i = begin + threadIdx.x * (PACKED ? 4 : 1);
    if (i >= end) return;
    Four<T, PACKED> next_a, next_b;
    next_a.take(x, i, end), next_b.take(y, i, end);
    while (i < end) {
        const auto a = next_a, b = next_b;
        i += blockDim.x * 4;
        if (i < end) next_a.take(x, i, end), next_b.take(y, i, end);
#pragma unroll
        for (int k = 0; k < 4; ++k) add(a.at[k], b.at[k]);
    }
}

// Calls add(kx, ky) with the bins of every pair that has them.
template <typename T, typename Add>
__device__ void each_cell(const T* x, const T* y, uint32_t n, uint64_t begin, uint64_t end, const Axis<T> (&axes)[2],
                          Add add) {
    const Axis<T> across = axes[0], along = axes[1];
    const auto inside = [&](uint32_t kx, uint32_t ky) {
        if (kx < across.bins && ky < along.bins) add(kx, ky);
    };
    const auto by_place = [&](T a, T b) { inside(across.bin_by_place(a), along.bin_by_place(b)); };
    if (!across.has_places() || !along.has_places()) {
        for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x)
            inside(axes[0].bin(double(x[i])), axes[1].bin(double(y[i])));
    } else if (n % 4 == 0) {
        each_pair<true>(x, y, begin, end, by_place);
    } else {
        each_pair<false>(x, y, begin, end, by_place);
    }
}

// Counts one in shared memory, at an address in bytes.
__device__ inline void count_one(uint32_t at) { asm volatile("red.shared.add.u32 [%0], 1;" ::"r"(at) : "memory"); }

}  // namespace prism

// A block a row and 65536 samples, or more where tables are large: counts in copies of the table in shared memory, side
// by side for the lanes of a warp, where it fits and there are enough samples to pay for it, else in the output.
template <typename T>
__device__ void pair_counts(const T* x,           // [r, n]
                            const T* y,           // [r, n]
                            const double* range,  // [r, 4]
                            uint32_t* counts,     // [r, nx, ny]
                            uint32_t r, uint32_t n, uint32_t nx, uint32_t ny) {
    __shared__ uint32_t bins[prism::SHARED_BINS];
    __shared__ prism::Axis<T> axes[2];
    const uint64_t cells = uint64_t(nx) * ny;
    const uint64_t samples = 65536 * max(min(cells, uint64_t(16384)) / 4096, uint64_t(1));
    const uint32_t parts = (n + samples - 1) / samples;
    const uint64_t row = blockIdx.x / parts;
    if (row >= r) return;
    const uint64_t begin = uint64_t(blockIdx.x % parts) * samples;
    const uint64_t end = min(begin + samples, uint64_t(n));
    uint32_t* table = counts + row * cells;
    if (threadIdx.x < 2) {
        const double* limits = range + row * 4 + threadIdx.x * 2;
        axes[threadIdx.x] = {limits[0], limits[1], threadIdx.x ? ny : nx};
    }
    const bool is_private = cells <= prism::SHARED_BINS && cells <= 4 * (end - begin);
    uint32_t copies = is_private ? 32 : 0;
    while (copies > 1 && copies * cells > min((end - begin) / 4, uint64_t(prism::SHARED_BINS))) copies /= 2;
    for (uint32_t i = threadIdx.x; i < copies * cells; i += blockDim.x) bins[i] = 0;
    __syncthreads();
    if (!axes[0].is_range() || !axes[1].is_range()) return;

    const T *of_x = x + row * n, *of_y = y + row * n;
    if (!is_private) {
        prism::each_cell(of_x, of_y, n, begin, end, axes,
                         [&](uint32_t kx, uint32_t ky) { atomicAdd(table + uint64_t(kx) * ny + ky, 1u); });
        return;
    }
    const uint32_t stride = 4 * copies,
                   first = uint32_t(__cvta_generic_to_shared(bins)) + 4 * (threadIdx.x & (copies - 1));
    prism::each_cell(of_x, of_y, n, begin, end, axes,
                     [&](uint32_t kx, uint32_t ky) { prism::count_one(first + (kx * ny + ky) * stride); });
    __syncthreads();

    for (uint32_t i = threadIdx.x; i < cells; i += blockDim.x) {
        uint32_t sum = 0;
        for (uint32_t k = 0; k < copies; ++k) sum += bins[i * copies + (i + k & (copies - 1))];
        if (sum > 0) atomicAdd(table + i, sum);
    }
}
