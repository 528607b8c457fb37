#include <cstdint>

#include "prism/axis.cuh"

namespace prism {

constexpr uint32_t SHARED_BINS = 8192;  // 32 KiB a block
constexpr uint32_t SAMPLES = 16384;     // a block's share of a row, as the launch was counted

}  // namespace prism

// A block a row and 16384 samples: counts in copies of the table in shared memory where it fits and there are enough
// samples to pay for it, else in the output.
template <typename T>
__device__ void pair_counts(const T* x,           // [r, n]
                            const T* y,           // [r, n]
                            const double* range,  // [r, 4]
                            uint32_t* counts,     // [r, nx, ny]
                            uint32_t r, uint32_t n, uint32_t nx, uint32_t ny) {
    __shared__ uint32_t bins[prism::SHARED_BINS];
    const uint32_t parts = (uint64_t(n) + prism::SAMPLES - 1) / prism::SAMPLES;
    const uint64_t row = blockIdx.x / parts;
    if (row >= r) return;
    const uint64_t begin = uint64_t(blockIdx.x % parts) * prism::SAMPLES;
    const uint64_t end = min(begin + prism::SAMPLES, uint64_t(n));
    const uint64_t cells = uint64_t(nx) * ny;
    uint32_t* table = counts + row * cells;
    const bool is_private = cells <= prism::SHARED_BINS && cells <= 4 * (end - begin);
    const uint32_t warps = blockDim.x / 32;
    const uint32_t copies = is_private ? min(warps, uint32_t(prism::SHARED_BINS / cells)) : 0;
    for (uint32_t i = threadIdx.x; i < copies * cells; i += blockDim.x) bins[i] = 0;
    __syncthreads();

    uint32_t* target = is_private ? bins + (threadIdx.x / 32 % copies) * cells : table;
    const double* limits = range + row * 4;
    const prism::Axis across(limits[0], limits[1], nx), along(limits[2], limits[3], ny);
    for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
        const uint32_t kx = across.bin(double(x[row * n + i])), ky = along.bin(double(y[row * n + i]));
        if (kx < nx && ky < ny) atomicAdd(target + uint64_t(kx) * ny + ky, 1u);
    }
    __syncthreads();

    for (uint32_t i = threadIdx.x; i < cells && is_private; i += blockDim.x) {
        uint32_t sum = 0;
        for (uint32_t copy = 0; copy < copies; ++copy) sum += bins[copy * cells + i];
        if (sum > 0) atomicAdd(table + i, sum);
    }
}
