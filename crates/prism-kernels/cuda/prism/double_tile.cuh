// Products of matrices of doubles by a block of 512 threads on tensor cores, whose arithmetic is that of `fma`.
#pragma once
#include <cstdint>

namespace prism {

// A tile of 64 × 64 sums, 16 × 16 a warp; sixteen terms of the sums at a time.
struct DoubleTile {
    static constexpr uint32_t SIDE = 64, DEPTH = 16;
    // By this pitch the four columns of eight lines that a warp reads lie in different banks.
    static constexpr uint32_t PITCH = DEPTH + 4, EACH = SIDE * DEPTH / 512;
    using Strip = double[SIDE * PITCH];
    struct Space {
        Strip left[2], right[2];
    };

    Space& space;
    double sum[2][2][2] = {};
    uint32_t half = 0;

    __device__ explicit DoubleTile(Space& space) : space(space) {}

    // Where number u of a thread lies: neighbours along the sum, or along the lines.
    static __device__ uint32_t line(uint32_t u, bool along) {
        return along ? (u * 512 + threadIdx.x) / DEPTH : (u * 512 + threadIdx.x) % SIDE;
    }
    static __device__ uint32_t term(uint32_t u, bool along) {
        return along ? (u * 512 + threadIdx.x) % DEPTH : (u * 512 + threadIdx.x) / SIDE;
    }

    // Adds Σ left(i, k)·right(j, k) over k below `depth` to the sum of lines i and j. `right_along`: right(j, k) and
    // right(j, k + 1) are neighbours in memory, as those of `left` are. All threads of the block must call it.
    template <typename Left, typename Right>
    __device__ void add(uint32_t depth, bool right_along, Left left, Right right) {
        double a[EACH], b[EACH];
        const auto fetch = [&](uint64_t from) {
#pragma unroll
            for (uint32_t u = 0; u < EACH; ++u) {
                const uint64_t k = from + term(u, true), l = from + term(u, right_along);
                a[u] = k < depth ? left(line(u, true), k) : 0;
                b[u] = l < depth ? right(line(u, right_along), l) : 0;
            }
        };
        fetch(0);
        for (uint64_t from = 0; from < depth; from += DEPTH, half ^= 1) {
#pragma unroll
            for (uint32_t u = 0; u < EACH; ++u) {
                space.left[half][line(u, true) * PITCH + term(u, true)] = a[u];
                space.right[half][line(u, right_along) * PITCH + term(u, right_along)] = b[u];
            }
            // The other half was read before this barrier and is written after it.
            __syncthreads();
            fetch(from + DEPTH);
            multiply(space.left[half], space.right[half]);
        }
    }

    __device__ static uint32_t first_row() { return threadIdx.x / 128 * 16 + threadIdx.x % 32 / 4; }
    __device__ static uint32_t first_column() { return threadIdx.x / 32 % 4 * 16; }

    __device__ void multiply(const Strip& left, const Strip& right) {
        const double* const a = left + first_row() * PITCH + threadIdx.x % 4;
        const double* const b = right + (first_column() + threadIdx.x % 32 / 4) * PITCH + threadIdx.x % 4;
#pragma unroll
        for (uint32_t k = 0; k < DEPTH; k += 4) {
            double rows[2], columns[2];
#pragma unroll
            for (int i = 0; i < 2; ++i) rows[i] = a[i * 8 * PITCH + k], columns[i] = b[i * 8 * PITCH + k];
#pragma unroll
            for (int i = 0; i < 2; ++i) {
#pragma unroll
                for (int j = 0; j < 2; ++j) {
                    asm("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0, %1}, {%2}, {%3}, {%0, %1};"
                        : "+d"(sum[i][j][0]), "+d"(sum[i][j][1])
                        : "d"(rows[i]), "d"(columns[j]));
                }
            }
        }
    }

    // Calls f(row, column, sum) for the sums of this thread.
    template <typename F>
    __device__ void each(F f) const {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
#pragma unroll
            for (int j = 0; j < 2; ++j) {
#pragma unroll
                for (int v = 0; v < 2; ++v) {
                    f(first_row() + i * 8, first_column() + j * 8 + threadIdx.x % 4 * 2 + v, sum[i][j][v]);
                }
            }
        }
    }
};

}  // namespace prism
