// The queries of a warp in attention on tensor cores: their scores, shares and sums.
#pragma once
#include "prism/attention.cuh"
#include "prism/attention_tile.cuh"
#include "prism/mma.cuh"

namespace prism {

// Scores of 32 queries and of the keys of a tile, as tensor cores hold them: of two times 16 queries, of eight keys
// each, those of queries lane / 4 and lane / 4 + 8 with keys lane mod 4 · 2 and the next.
using TileScores = float[2][ATTENTION_KEYS / 8][4];

// f(score, key) for the scores of a lane in one of its four rows of queries; its first key is 0.
template <typename F>
__device__ void each_score(TileScores& scores, uint32_t row, F f) {
#pragma unroll
    for (uint32_t at = 0; at < ATTENTION_KEYS / 4; ++at)
        f(scores[row / 2][at / 2][row % 2 * 2 + at % 2], at / 2 * 8 + at % 2);
}

// Two to the power of x; shares below 2^-126 are 0.
__device__ inline float share_of(float x) {
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
    return power;
}

// The same number, unknown to the compiler: what follows from it is computed where it is needed, rather than kept in
// registers while it is not.
__device__ inline uint32_t anew(uint32_t x) {
    asm volatile("" : "+r"(x));
    return x;
}

// Thirty-two queries of rows of WIDTH elements. Dao 2023.
template <typename T, uint32_t WIDTH>
struct AttentionWarp {
    static constexpr uint32_t STEPS = WIDTH / 16;
    // Fragments of wide queries are read again for every tile.
    static constexpr bool HELD = WIDTH == 64;
    // How far, in units of ln 2, scores may lie above what exponents are taken over.
    static constexpr float SLACK = 8;
    using Tile = AttentionTile<T, WIDTH>;

    // Values weighted by shares; the last columns are those of values of 1.
    float sum[2][WIDTH / 8 + 1][4] = {};
    float most[2][2] = {{-infinity<float>(), -infinity<float>()}, {-infinity<float>(), -infinity<float>()}};
    uint32_t held[2][HELD ? STEPS : 1][4];

    static __device__ uint32_t lane() { return threadIdx.x % 32; }
    static __device__ uint32_t first_row() { return threadIdx.x / 32 * 32; }

    __device__ void load(uint32_t (&to)[4], Tile queries, uint32_t r, uint32_t step) {
        load_matrices<false>(to, queries.chunk(first_row() + lane() % 16, lane() / 16, step) + r * 16 * WIDTH);
    }

    // Keeps what is held of the queries.
    __device__ void hold(Tile queries) {
        if constexpr (HELD) {
#pragma unroll
            for (uint32_t at = 0; at < 2 * STEPS; ++at) load(held[at % 2][at / 2], queries, at % 2, at / 2);
        }
    }

    // Adds the products of 16 columns of queries and keys.
    __device__ void add_products(TileScores& scores, Tile queries, Tile keys, uint32_t step) {
        uint32_t query[2][4];
#pragma unroll
        for (uint32_t r = 0; r < 2; ++r) {
            if constexpr (!HELD) load(query[r], queries, r, step);
        }
#pragma unroll
        for (uint32_t n = 0; n < ATTENTION_KEYS / 16; ++n) {
            uint32_t key[4];
            const T* const chunk = keys.chunk(lane() % 8 + lane() / 16 * 8, lane() / 8 % 2, step);
            load_matrices<false>(key, chunk + n * 16 * WIDTH);
#pragma unroll
            for (uint32_t r = 0; r < 2; ++r) {
                const auto& of_row = HELD ? held[r][HELD ? step : 0] : query[r];
                multiply_add<T>(scores[r][2 * n], of_row, key[0], key[1]);
                multiply_add<T>(scores[r][2 * n + 1], of_row, key[2], key[3]);
            }
        }
    }

    __device__ void products(TileScores& scores, Tile queries, Tile keys) {
#pragma unroll
        for (uint32_t row = 0; row < 4; ++row) each_score(scores, row, [](float& x, uint32_t) { x = 0; });
#pragma unroll
        for (uint32_t step = 0; step < STEPS; ++step) add_products(scores, queries, keys, step);
    }

    // Takes exponents over a higher score where one lies far above, so that shares stay below 2^SLACK.
    __device__ void raise(TileScores& scores, float factor) {
        float largest[2][2];
        bool above = false;
#pragma unroll
        for (uint32_t row = 0; row < 4; ++row) {
            float& x = largest[row / 2][row % 2];
            x = -infinity<float>();
            each_score(scores, row, [&](float& score, uint32_t) { x = max(x, score); });
            x = max(x, __shfl_xor_sync(FULL, x, 1));
            x = max(x, __shfl_xor_sync(FULL, x, 2)) * factor;
            above |= x > most[row / 2][row % 2] + SLACK;
        }
        if (!__any_sync(FULL, above)) return;
#pragma unroll
        for (uint32_t row = 0; row < 4; ++row) raise_row(row / 2, row % 2, largest[row / 2][row % 2]);
    }

    __device__ void raise_row(uint32_t r, uint32_t half, float largest) {
        largest = max(largest, most[r][half]);
        const float shrink = share_of(most[r][half] - score_base(largest));
        most[r][half] = largest;
#pragma unroll
        for (uint32_t at = 0; at < WIDTH / 4 + 1; ++at) sum[r][at / 2][half * 2 + at % 2] *= shrink;
    }

    // Adds the values, weighted by shares: two to the power of factor·score, over the base.
    __device__ void add_values(TileScores& scores, Tile values, float factor) {
#pragma unroll
        for (uint32_t row = 0; row < 4; ++row) {
            const float base = score_base(most[row / 2][row % 2]);
            each_score(scores, row, [&](float& x, uint32_t) { x = share_of(fmaf(x, factor, -base)); });
        }
#pragma unroll
        for (uint32_t s = 0; s < ATTENTION_KEYS / 16; ++s) {
            uint32_t shares[2][4];
#pragma unroll
            for (uint32_t at = 0; at < 8; ++at) {
                const float* const pair = scores[at / 4][2 * s + at % 4 / 2] + at % 2 * 2;
                shares[at / 4][at % 4] = pair_of<T>(pair[0], pair[1]);
            }
            add_values(shares, values, s);
        }
    }

    // The same for 16 keys.
    __device__ void add_values(const uint32_t (&shares)[2][4], Tile values, uint32_t s) {
#pragma unroll
        for (uint32_t n = 0; n < STEPS; ++n) {
            uint32_t value[4];
            load_matrices<true>(value, values.chunk(lane() % 16, lane() / 16, n) + s * 16 * WIDTH);
#pragma unroll
            for (uint32_t r = 0; r < 2; ++r) {
                multiply_add<T>(sum[r][2 * n], shares[r], value[0], value[1]);
                multiply_add<T>(sum[r][2 * n + 1], shares[r], value[2], value[3]);
            }
        }
        const uint32_t ones = pair_of<T>(1, 1);
#pragma unroll
        for (uint32_t r = 0; r < 2; ++r) multiply_add<T>(sum[r][WIDTH / 8], shares[r], ones, ones);
    }

    // Writes the rows of queries `first` to `queries`, `width` elements each; WHOLE where that is WIDTH.
    template <bool WHOLE>
    __device__ void store(T* o, uint64_t stride, uint32_t first, uint32_t queries, uint32_t width) {
#pragma unroll
        for (uint32_t i = 0; i < 4; ++i) {
            const uint32_t r = i / 2, half = i % 2, query = first + first_row() + i * 8 + lane() / 4;
            if (query >= queries) continue;
            const float scale = share_scale(sum[r][WIDTH / 8][half * 2]);
            T* const row = o + query * stride;
#pragma unroll
            for (uint32_t n = 0; n < WIDTH / 8; ++n) {
                const uint32_t column = n * 8 + lane() % 4 * 2;
                const float even = sum[r][n][half * 2] * scale, odd = sum[r][n][half * 2 + 1] * scale;
                if constexpr (WHOLE) {
                    *reinterpret_cast<uint32_t*>(row + column) = pair_of<T>(even, odd);
                } else {
                    if (column < width) row[column] = narrow<T>(even);
                    if (column + 1 < width) row[column + 1] = narrow<T>(odd);
                }
            }
        }
    }
};

}  // namespace prism
