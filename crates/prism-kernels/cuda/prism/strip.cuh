// A strip of a matrix on its way to shared memory, a few columns at a time, by a block of 128 threads.
#pragma once
#include "prism/copy.cuh"
#include "prism/element.cuh"

namespace prism {

// How a block shares out LINES lines of K columns whose numbers lie side by side in memory along a line or a column: a
// thread takes NEARS of them side by side and FARS of those, neighbouring threads take neighbours.
template <int LINES, int K>
struct ByLine {
    static constexpr bool NEAR_IS_COLUMN = true;
    static constexpr int NEARS = K / 8, NEAR_STEP = 8, FARS = LINES / 16, FAR_STEP = 16;
    static __device__ uint32_t near() { return threadIdx.x % 32 / 4; }
    static __device__ uint32_t far() { return threadIdx.x / 32 * 4 + threadIdx.x % 4; }
};
template <int LINES, int K>
struct ByColumn {
    static constexpr bool NEAR_IS_COLUMN = false;
    static constexpr int NEARS = LINES / 32, NEAR_STEP = 32, FARS = K / 4, FAR_STEP = 4;
    static __device__ uint32_t near() { return threadIdx.x % 32; }
    static __device__ uint32_t far() { return threadIdx.x / 32; }
};
// COUNT numbers of a column at once.
template <int LINES, int K, int COUNT>
struct ByPack {
    static constexpr bool NEAR_IS_COLUMN = false;
    static constexpr int PACKS = LINES / COUNT, NEARS = 1, NEAR_STEP = 0, FARS = K * PACKS / 128,
                         FAR_STEP = 128 / PACKS;
    static __device__ uint32_t near() { return threadIdx.x % PACKS * COUNT; }
    static __device__ uint32_t far() { return threadIdx.x / PACKS; }
};

// LINES neighbouring lines of a matrix of `depth` columns; sums of products run along the columns. A line's numbers are
// side by side in memory, or a column's are. K columns at a time lie in shared memory, a column's numbers side by side;
// what is outside of the matrix is 0.
template <typename T, int LINES, int K>
struct Strip {
    using W = computed<T>;
    using Pack = Packed<W>;
    // By this pitch neither 32 lines of one column nor 4 lines of 8 columns meet in a bank.
    using Tile = W[K][LINES + 4];
    using Lines = ByLine<LINES, K>;
    using Columns = ByColumn<LINES, K>;
    using Packs = ByPack<LINES, K, Pack::COUNT>;
    static constexpr bool IS_WIDENED = sizeof(T) < sizeof(W);

    const T* from;  // the first number of the strip
    uint32_t pitch, lines, depth;
    bool by_line, in_packs;
    T held[IS_WIDENED ? LINES * K / 128 : 1];

    // Lines from `first` on of a matrix of `all`; `by_line`: a line's numbers are side by side.
    __device__ Strip(const T* matrix, uint32_t all, uint32_t depth, bool by_line, uint32_t first)
        : from(matrix + uint64_t(first) * (by_line ? depth : 1)),
          pitch(by_line ? depth : all),
          lines(all - first),
          depth(depth),
          by_line(by_line),
          in_packs(!by_line && all % Pack::COUNT == 0) {}

    // Begins to bring the columns from `k` on: no thread may still read `tile`.
    __device__ void begin(Tile& tile, uint32_t k) {
        if constexpr (IS_WIDENED) {
            by_line ? read<Lines>(k) : read<Columns>(k);
        } else {
            const bool whole = lines >= LINES && depth - k >= K;
            if (in_packs)
                whole ? copy<Pack, Packs, true>(tile, k) : copy<Pack, Packs, false>(tile, k);
            else if (by_line)
                whole ? copy<T, Lines, true>(tile, k) : copy<T, Lines, false>(tile, k);
            else
                whole ? copy<T, Columns, true>(tile, k) : copy<T, Columns, false>(tile, k);
        }
    }

    // Ends it; other threads see the numbers after a barrier.
    __device__ void end(Tile& tile) const {
        if constexpr (IS_WIDENED)
            by_line ? store<Lines>(tile) : store<Columns>(tile);
        else
            await_copies();
    }

  private:
    // Calls f(address, line, column, which) for the numbers of this thread.
    template <typename Share, typename F>
    __device__ void each(uint32_t k, F f) const {
        const T* at = from + (Share::NEAR_IS_COLUMN ? k : uint64_t(k) * pitch) + uint64_t(Share::far()) * pitch;
        const uint64_t step = uint64_t(Share::FAR_STEP) * pitch;
        at += Share::near();
#pragma unroll
        for (int i = 0; i < Share::FARS; ++i, at += step) {
            const uint32_t far = Share::far() + i * Share::FAR_STEP;
#pragma unroll
            for (int j = 0; j < Share::NEARS; ++j) {
                const uint32_t near = Share::near() + j * Share::NEAR_STEP;
                const bool is_column = Share::NEAR_IS_COLUMN;
                f(at + j * Share::NEAR_STEP, is_column ? far : near, is_column ? near : far, i * Share::NEARS + j);
            }
        }
    }

    __device__ bool has(uint32_t line, uint32_t column, uint32_t k) const { return line < lines && column < depth - k; }

    template <typename E, typename Share, bool WHOLE>
    __device__ void copy(Tile& tile, uint32_t k) const {
        each<Share>(k, [&](const T* at, uint32_t line, uint32_t column, int) {
            E* const to = reinterpret_cast<E*>(&tile[column][line]);
            const bool known = WHOLE || has(line, column, k);
            const E* const element = reinterpret_cast<const E*>(known ? at : from);
            WHOLE ? start_copy(to, element) : start_copy(to, element, known);
        });
    }

    template <typename Share>
    __device__ void read(uint32_t k) {
        each<Share>(k, [&](const T* at, uint32_t line, uint32_t column, int which) {
            held[which] = has(line, column, k) ? *at : narrow<T>(0.0f);
        });
    }

    template <typename Share>
    __device__ void store(Tile& tile) const {
        each<Share>(
            0, [&](const T*, uint32_t line, uint32_t column, int which) { tile[column][line] = widen(held[which]); });
    }
};

}  // namespace prism
