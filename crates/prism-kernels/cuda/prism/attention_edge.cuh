// Scores of attention that are more than a multiple of a product: caps, masks, and keys that a query does not see.
#pragma once
#include "prism/attention_warp.cuh"

namespace prism {

template <typename T>
struct AttentionEdge {
    Score<T> score;
    Sight sight;
    bool in_pairs;  // whether a query's row of the mask is one of aligned pairs

    // Turns products of queries from `query` and keys from `key` on, the first of a lane, into scores in units of ln 2;
    // −∞ for keys that a query does not see.
    __device__ void apply(TileScores& scores, uint32_t query, uint32_t key) const {
#pragma unroll
        for (uint32_t row = 0; row < 4; ++row) {
            const uint32_t of_row = anew(query) + row * 8, seen = sight.of(of_row);
            scale(scores, row);
            if (score.mask && key < seen) add_mask(scores, row, of_row, key, seen);
            each_score(scores, row, [&](float& x, uint32_t at) { x = key + at < seen ? x : -infinity<float>(); });
        }
    }

  private:
    __device__ void scale(TileScores& scores, uint32_t row) const {
        constexpr float LOG2_E = Score<T>::LOG2_E;
        if (score.cap > 0) {
            const float inner = score.scale / score.cap, outer = score.cap * LOG2_E;
            each_score(scores, row, [&](float& x, uint32_t) { x = outer * tanhf(x * inner); });
        } else {
            const float factor = score.factor();
            each_score(scores, row, [&](float& x, uint32_t) { x *= factor; });
        }
    }

    __device__ void add_mask(TileScores& scores, uint32_t row, uint32_t query, uint32_t key, uint32_t seen) const {
        constexpr float LOG2_E = Score<T>::LOG2_E;
        const T* const from = score.mask + query * score.of_query + key * score.of_key;
        if (!in_pairs) {
            each_score(scores, row, [&](float& x, uint32_t at) {
                if (key + at < seen) x += widen(from[at * score.of_key]) * LOG2_E;
            });
            return;
        }
#pragma unroll
        for (uint32_t n = 0; n < ATTENTION_KEYS / 8; ++n) {
            if (key + n * 8 >= seen) continue;
            const uint32_t pair = *reinterpret_cast<const uint32_t*>(from + n * 8);
            const T* const of_pair = reinterpret_cast<const T*>(&pair);
            scores[row / 2][n][row % 2 * 2] += widen(of_pair[0]) * LOG2_E;
            scores[row / 2][n][row % 2 * 2 + 1] += widen(of_pair[1]) * LOG2_E;
        }
    }
};

}  // namespace prism
