// A tile of queries by keys that 128 threads share, and how its numbers lie in shared memory.
#pragma once
#include "prism/attention.cuh"
#include "prism/copy.cuh"
#include "prism/copy_async.cuh"

namespace prism {

// Four warps, each of 4 × 8 lanes: a lane has UP neighbouring queries, every eighth key, and packs of neighbouring
// columns of values. D and DV are the widths, 0 where they are not known before the call. Both products go there and
// back along registers, so that a multiplication shares an operand with the one before it: registers are read less.
template <typename T, uint32_t D, uint32_t DV>
struct ThreadTile {
    using W = computed<T>;
    using Pack = Packed<W>;
    static constexpr uint32_t V = Pack::COUNT, UP = sizeof(W) == 8 ? 4 : 8, ROWS = 16 * UP;
    static constexpr uint32_t DEPTH = D ? D : 64, COLUMNS = DV ? DV : sizeof(W) == 8 ? 64 : 128, WIDE = COLUMNS / 8;
    static constexpr uint32_t KEYS = 16384 / (COLUMNS * sizeof(W)), ACROSS = KEYS / 8;  // 16 KiB of values
    // Packs that a thread fetches at a time: those that go through registers wait for each other.
    static constexpr uint32_t AT_ONCE = sizeof(T) == sizeof(W) ? 2 : D ? 8 : 1;

    // Packs of a line are exchanged so that the lines that a warp reads at once have them in different banks.
    Pack queries[ROWS][DEPTH / V], keys[KEYS][DEPTH / V], values[KEYS][COLUMNS / V], shares[ROWS][KEYS / V];

    static __device__ uint32_t tx() { return threadIdx.x % 8; }
    static __device__ uint32_t ty() { return threadIdx.x / 8 % 4; }
    static __device__ uint32_t row() { return threadIdx.x / 8 * UP; }  // this thread's first query

    static __device__ uint32_t turn_of_row(uint32_t row) { return row / UP % 4; }
    static __device__ uint32_t turn_of_key(uint32_t key) { return key % 8; }
    static __device__ uint32_t no_turn(uint32_t) { return 0; }

    // Brings `rows` × `columns` elements from `from` on, and zeros for what is missing to a tile: others see them after
    // wait_for_all_copies() and a barrier. `whole`: lines begin at multiples of a pack.
    template <uint32_t LINES, uint32_t PACKS, typename Turn>
    static __device__ void fetch(Pack (&to)[LINES][PACKS], const T* from, uint64_t stride, uint32_t rows,
                                 uint32_t columns, bool whole, Turn turn) {
#pragma unroll(AT_ONCE)
        for (uint32_t at = threadIdx.x; at < LINES * PACKS; at += 128) {
            const uint32_t line = at / PACKS, pack = at % PACKS;
            const uint32_t count = line < rows && pack * V < columns ? min(columns - pack * V, V) : 0;
            bring(to[line][pack ^ turn(line)], count ? from + line * stride + pack * V : from, count, whole);
        }
    }

    // One pack of them, of which there are `count`.
    static __device__ void bring(Pack& to, const T* from, uint32_t count, bool whole) {
        if constexpr (sizeof(T) < sizeof(W)) {
            to = read(from, count, whole);
        } else if (whole) {
            copy_async(&to, from, count > 0);
        } else {
#pragma unroll
            for (uint32_t e = 0; e < V; ++e) start_copy(&to.at[e], from + (e < count ? e : 0), e < count);
        }
    }

    static __device__ Pack read(const T* from, uint32_t count, bool whole) {
        struct alignas(V * sizeof(T)) Elements {
            T at[V];
        } elements = {};
        if (whole) {
            if (count) elements = *reinterpret_cast<const Elements*>(from);
        } else {
#pragma unroll
            for (uint32_t e = 0; e < V; ++e) {
                if (e < count) elements.at[e] = from[e];
            }
        }
        Pack pack;
#pragma unroll
        for (uint32_t e = 0; e < V; ++e) pack.at[e] = widen(elements.at[e]);
        return pack;
    }

    // Where the shares of query r and of keys s to s + V − 1 of this thread are.
    __device__ Pack& own(uint32_t r, uint32_t s) { return shares[row() + r][(s / V * 8 + tx()) ^ ty()]; }

    // x[r][s] += the product of query r and key s of this thread over the depth that is here.
    __device__ void multiply(W (&x)[UP][ACROSS]) const {
#pragma unroll 1
        for (uint32_t pack = 0; pack < DEPTH / V; ++pack) {
            Pack b[ACROSS];
#pragma unroll
            for (uint32_t s = 0; s < ACROSS; ++s) b[s] = keys[tx() + 8 * s][pack ^ tx()];
#pragma unroll
            for (uint32_t r = 0; r < UP; ++r) {
                const Pack a = queries[row() + r][pack ^ ty()];
#pragma unroll
                for (uint32_t e = 0; e < V; ++e) {
#pragma unroll
                    for (uint32_t i = 0; i < ACROSS; ++i) {
                        const uint32_t s = e % 2 ? ACROSS - 1 - i : i;
                        x[r][s] = fma(a.at[e], b[s].at[e], x[r][s]);
                    }
                }
            }
        }
    }

    __device__ void keep(const W (&x)[UP][ACROSS]) {
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) {
#pragma unroll
            for (uint32_t s = 0; s < ACROSS; s += V) {
                Pack pack;
#pragma unroll
                for (uint32_t e = 0; e < V; ++e) pack.at[e] = x[r][s + e];
                own(r, s) = pack;
            }
        }
    }

    // Products become scores, −∞ where a query does not see a key. They go through shared memory, so that the code of
    // a score is there once.
    __device__ void judge(W (&x)[UP][ACROSS], const Score<T>& score, const Sight& sight, uint32_t query, uint32_t key) {
        keep(x);
#pragma unroll 1
        for (uint32_t i = 0; i < UP * ACROSS; ++i) {
            const uint32_t r = i / ACROSS, s = i % ACROSS;
            W& product = own(r, s).at[s % V];
            const bool seen = key + 8 * s < sight.of(query + r);
            product = seen ? score(product, query + r, key + 8 * s) : -infinity<W>();
        }
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) {
#pragma unroll
            for (uint32_t s = 0; s < ACROSS; ++s) x[r][s] = own(r, s).at[s % V];
        }
    }

    // sum[r][c] += shares times values: pack p of a query's shares has keys p % 8 + 8·(p / 8·V + e).
    __device__ void weigh(W (&sum)[UP][WIDE]) const {
#pragma unroll 2
        for (uint32_t p = 0; p < KEYS / V; ++p) {
            Pack a[UP];
#pragma unroll
            for (uint32_t r = 0; r < UP; ++r) a[r] = shares[row() + r][p ^ ty()];
#pragma unroll
            for (uint32_t e = 0; e < V; ++e) {
                Pack b[WIDE / V];
#pragma unroll
                for (uint32_t c = 0; c < WIDE / V; ++c) b[c] = values[p % 8 + 8 * (p / 8 * V + e)][c * 8 + tx()];
#pragma unroll
                for (uint32_t r = 0; r < UP; ++r) {
#pragma unroll
                    for (uint32_t i = 0; i < WIDE; ++i) {
                        const uint32_t c = r % 2 ? WIDE - 1 - i : i;
                        sum[r][c] = fma(a[r].at[e], b[c / V].at[c % V], sum[r][c]);
                    }
                }
            }
        }
    }
};

// What the queries of a thread have gathered so far: the largest score, the sum of the powers of two over it, and the
// values weighted by these powers.
template <typename T, typename Tile>
struct Gathered {
    using W = computed<T>;
    static constexpr uint32_t UP = Tile::UP, ACROSS = Tile::ACROSS, WIDE = Tile::WIDE;
    W sum[UP][WIDE] = {}, most[UP], powers[UP] = {};

    __device__ Gathered() {
#pragma unroll
        for (W& of_query : most) of_query = -infinity<W>();
    }

    // Scores become powers of two.
    __device__ void take(W (&x)[UP][ACROSS]) {
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) {
            W largest = most[r];
#pragma unroll
            for (const W& score : x[r]) largest = max(largest, score);
#pragma unroll
            for (uint32_t step = 4; step; step /= 2) largest = max(largest, __shfl_xor_sync(FULL, largest, step));
            const W base = score_base(largest), shrink = power_of_two<T>(most[r] - base);
            most[r] = largest;
            powers[r] *= shrink;
#pragma unroll
            for (W& score : x[r]) {
                score = power_of_two<T>(score - base);
                powers[r] += score;
            }
#pragma unroll
            for (W& of_column : sum[r]) of_column *= shrink;
        }
    }

    // One over the sum of a query's powers.
    __device__ W share(uint32_t r) const {
        W total = powers[r];
#pragma unroll
        for (uint32_t step = 4; step; step /= 2) total += __shfl_xor_sync(FULL, total, step);
        return share_scale(total);
    }
};

}  // namespace prism
