// A strip of a matrix on its way to shared memory, a few columns at a time, by a block of 128 threads.
#pragma once
#include "prism/copy.cuh"
#include "prism/element.cuh"

namespace prism {

// LINES neighbouring lines of a matrix; sums of products run along its columns. K columns at a time lie in shared
// memory, a column's numbers side by side; what is outside of the matrix is 0. BY_LINE: a line's numbers are side by
// side in memory, and 8 neighbouring threads bring neighbours of a line; else a column's are, and all threads bring
// neighbours of it, by packs of 16 bytes where every column begins at a multiple of that.
template <typename T, int LINES, int K, bool BY_LINE>
struct Strip {
    using W = computed<T>;
    using Pack = Packed<W>;
    // By this pitch neither 32 lines of one column nor 4 lines of 8 columns meet in a bank.
    using Tile = W[K][LINES + 4];
    static constexpr bool IS_WIDENED = sizeof(T) < sizeof(W);
    // A thread brings one number of every FAR_STEP-th line, or column, and of these one of every NEAR_STEP-th.
    static constexpr uint32_t NEARS = K / 8, NEAR_STEP = BY_LINE ? 8 : LINES / NEARS;
    static constexpr uint32_t FARS = LINES / 16, FAR_STEP = BY_LINE ? 16 : 128 / NEAR_STEP;
    static constexpr uint32_t V = Pack::COUNT, PACKS = LINES / V, TURNS = K * PACKS / 128, TURN_STEP = 128 / PACKS;

    const T *from, *any;  // of the next columns the block's first number; some number of the matrix
    uint32_t pitch, lines;

    T held[IS_WIDENED ? NEARS * FARS : 1];

    // Lines from `first` on of a matrix of `all` lines and `depth` columns, the first number of which is at `matrix`.
    __device__ Strip(const T* any, const T* matrix, uint32_t all, uint32_t depth, uint32_t first)
        : from(matrix + uint64_t(first) * (BY_LINE ? depth : 1)),
          any(any),
          pitch(BY_LINE ? depth : all),
          lines(all - first) {}

    // Begins to bring the next K columns, of which the matrix has `left`: no thread may still read `tile`.
    __device__ void begin(Tile& tile, uint32_t left) {
        const bool whole = lines >= LINES && left >= K;
        if constexpr (IS_WIDENED)
            read(left);
        else if (!BY_LINE && pitch % V == 0)
            whole ? copy_packs<true>(tile, left) : copy_packs<false>(tile, left);
        else
            whole ? copy<true>(tile, left) : copy<false>(tile, left);
        from += BY_LINE ? K : uint64_t(K) * pitch;
    }

    // Ends it; other threads see the numbers after a barrier.
    __device__ void end(Tile& tile) const {
        if constexpr (IS_WIDENED)
            store(tile);
        else
            await_copies();
    }

  private:
    static __device__ uint32_t near() { return BY_LINE ? threadIdx.x % 32 / 4 : threadIdx.x % NEAR_STEP; }
    static __device__ uint32_t far() {
        return BY_LINE ? threadIdx.x / 32 * 4 + threadIdx.x % 4 : threadIdx.x / NEAR_STEP;
    }

    __device__ bool has(uint32_t line, uint32_t column, uint32_t left) const { return line < lines && column < left; }

    // Calls f(address, line, column, which) for the numbers of this thread.
    template <bool UNROLLED, typename F>
    __device__ void each(F f) const {
        const T* at = from + uint64_t(far()) * pitch + near();
#pragma unroll(UNROLLED ? FARS : 1)
        for (uint32_t i = 0; i < FARS; ++i, at += uint64_t(FAR_STEP) * pitch) {
            const uint32_t there = far() + i * FAR_STEP;
#pragma unroll
            for (uint32_t j = 0; j < NEARS; ++j) {
                const uint32_t here = near() + j * NEAR_STEP;
                f(at + j * NEAR_STEP, BY_LINE ? there : here, BY_LINE ? here : there, i * NEARS + j);
            }
        }
    }

    template <bool WHOLE>
    __device__ void copy(Tile& tile, uint32_t left) const {
        each<WHOLE>([&](const T* at, uint32_t line, uint32_t column, uint32_t) {
            const bool known = WHOLE || has(line, column, left);
            WHOLE ? start_copy(&tile[column][line], at) : start_copy(&tile[column][line], known ? at : any, known);
        });
    }

    template <bool WHOLE>
    __device__ void copy_packs(Tile& tile, uint32_t left) const {
        const uint32_t line = threadIdx.x % PACKS * V;
        const T* at = from + uint64_t(threadIdx.x / PACKS) * pitch + line;
#pragma unroll(WHOLE ? TURNS : 1)
        for (uint32_t i = 0; i < TURNS; ++i, at += uint64_t(TURN_STEP) * pitch) {
            const uint32_t column = threadIdx.x / PACKS + i * TURN_STEP;
            Pack* const to = reinterpret_cast<Pack*>(&tile[column][line]);
            const bool known = WHOLE || has(line, column, left);
            const Pack* const pack = reinterpret_cast<const Pack*>(known ? at : any);
            WHOLE ? start_copy(to, pack) : start_copy(to, pack, known);
        }
    }

    __device__ void read(uint32_t left) {
        each<true>([&](const T* at, uint32_t line, uint32_t column, uint32_t which) {
            held[which] = has(line, column, left) ? *at : narrow<T>(0.0f);
        });
    }

    __device__ void store(Tile& tile) const {
        each<true>(
            [&](const T*, uint32_t line, uint32_t column, uint32_t which) { tile[column][line] = widen(held[which]); });
    }
};

}  // namespace prism
