// A histogram of the window around a pixel, kept by one warp while the window moves along a row.
#pragma once
#include <cstdint>

#include "prism/reduce.cuh"
#include "prism/warp.cuh"

namespace prism {

// Σ m·log₂ m over the counts m of a histogram, in units of 2⁻³², is the sum of what each change of a count adds to it:
// integers, so that no order of the changes matters.
template <typename T>
struct Window {
    const T* image;          // [h, w]
    const int32_t* runs;     // [e, 3]
    const int64_t* weights;  // m·log₂ m in units of 2⁻³²
    uint32_t* histogram;     // zeros before the window enters and after it has left
    uint32_t bins, h, w, e;
    int64_t sum = 0;  // This lane's share of the weights of the counts, and of the cells.
    int32_t cells = 0;

    __device__ uint32_t level(T value) const { return bins == 0 ? value : uint32_t(value) * bins >> (8 * sizeof(T)); }

    // Counts the cell at (row, column) once more or once less.
    template <bool ENTERS>
    __device__ void count(int64_t row, int64_t column) {
        if (row < 0 || row >= h || column < 0 || column >= w) return;
        uint32_t* const bin = histogram + level(image[size_t(row) * w + column]);
        const uint32_t before = atomicAdd(bin, ENTERS ? 1u : ~0u), after = ENTERS ? before + 1 : before - 1;
        sum += weights[after] - weights[before];
        cells += ENTERS ? 1 : -1;
    }

    // Every cell of the window around (y, x), in or out.
    template <bool ENTERS>
    __device__ void whole(uint32_t y, uint32_t x) {
        for (uint32_t r = threadIdx.x % 32; r < e; r += 32) {
            const int64_t last = min(int64_t(x) + runs[3 * r + 2], int64_t(w) - 1);
            for (int64_t at = max(int64_t(x) + runs[3 * r + 1], int64_t(0)); at <= last; ++at)
                count<ENTERS>(int64_t(y) + runs[3 * r], at);
        }
        __syncwarp();
    }

    // From (y, x − 1) to (y, x).
    __device__ void step(uint32_t y, uint32_t x) {
        for (uint32_t r = threadIdx.x % 32; r < e; r += 32) {
            const int64_t row = int64_t(y) + runs[3 * r];
            count<true>(row, int64_t(x) + runs[3 * r + 2]);
            count<false>(row, int64_t(x) - 1 + runs[3 * r + 1]);
        }
        __syncwarp();
    }

    // The entropy of the window in bits; all lanes must ask for it.
    __device__ float bits() const {
        const int32_t n = __reduce_add_sync(FULL, cells);
        const int64_t all = warp_sum(sum);
        return n == 0 ? 0.0f : float(double(weights[n] - all) / (double(n) * 4294967296.0));
    }

    // The entropies of 128 pixels of row y from column x.
    __device__ void strip(uint32_t y, uint32_t x, float* entropy) {
        const uint32_t end = x + min(128u, w - x);
        whole<true>(y, x);
        for (uint32_t at = x;;) {
            const float value = bits();
            if (threadIdx.x % 32 == 0) entropy[size_t(y) * w + at] = value;
            if (++at == end) break;
            step(y, at);
        }
        whole<false>(y, end - 1);
    }
};

}  // namespace prism
