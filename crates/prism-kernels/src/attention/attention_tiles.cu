#include "prism/attention_thread_tile.cuh"

template <typename T, uint32_t D, uint32_t DV>
__device__ void attention_tiles(const T* q,               // [b, h, lq, d]
                                const T* k,               // [b, g, lk, d]
                                const T* v,               // [b, g, lk, dv]
                                const T* mask,            // [b, h, lq, lk], by `axes`
                                const uint32_t* lengths,  // [given]
                                T* o,                     // [b, h, lq, dv]
                                double scale, double softcap, uint32_t axes, uint32_t causal, int64_t offset,
                                uint32_t packed, uint32_t b, uint32_t h, uint32_t lq, uint32_t d, uint32_t g,
                                uint32_t lk, uint32_t dv, uint32_t given) {
    using Tile = prism::ThreadTile<T, D, DV>;
    using W = prism::computed<T>;
    constexpr uint32_t ROWS = Tile::ROWS, UP = Tile::UP, KEYS = Tile::KEYS, ACROSS = Tile::ACROSS, V = Tile::V;
    constexpr uint32_t WIDE = Tile::WIDE, COLUMNS = Tile::COLUMNS, DEPTH = Tile::DEPTH, BLOCK = 128;
    constexpr uint32_t SHARED = D == 64 && DV == 64 ? 98304 : D == 128 && DV == 128 ? 114688 : 81920;
    static_assert(sizeof(Tile) <= SHARED, "more than the declaration asks for");
    extern __shared__ __align__(16) char shared[];
    Tile& tile = *reinterpret_cast<Tile*>(shared);
    const uint32_t width = D ? D : d, value_width = DV ? DV : dv;
    const bool whole = width > 0 && width % V == 0 && value_width % V == 0;
    const uint32_t tiles = (lq + BLOCK - 1) / BLOCK;
    // Under a causal mask the last queries see most: their blocks begin first.
    const uint32_t block = tiles - 1 - blockIdx.x % tiles, head = blockIdx.x / tiles % h;
    const uint32_t batch = blockIdx.x / tiles / h, group = uint64_t(head) * g / h;
    const prism::HeadRows of_q(batch, head, h, lq, width, packed), of_k(batch, group, g, lk, width, packed);
    const prism::HeadRows of_v(batch, group, g, lk, value_width, packed), of_o(batch, head, h, lq, value_width, packed);
    const prism::Sight sight{lq, given ? min(lengths[batch], lk) : lk, causal != 0, offset};
    const prism::Score<T> score(mask, axes, batch, head, h, lq, lk, scale, softcap);
    const W factor = score.factor();

    const auto attend = [&](uint32_t q0, uint32_t left) {
        const uint32_t there = min(ROWS, lq - q0), mine = q0 + Tile::row(), keys = sight.of(q0 + there - 1);
        const uint32_t plain = score.is_product() ? sight.of(q0) : 0;  // keys that all of the queries see
        const auto fetch_depth = [&](uint32_t first, uint32_t d0) {
            if (D == 0 || first == 0)
                Tile::fetch(tile.queries, q + of_q.first + q0 * of_q.stride + d0, of_q.stride, there, width - d0, whole,
                            Tile::turn_of_row);
            Tile::fetch(tile.keys, k + of_k.first + first * of_k.stride + d0, of_k.stride, keys - first, width - d0,
                        whole, Tile::turn_of_key);
        };
        prism::Gathered<T, Tile> gathered;
        if (keys) fetch_depth(0, 0);
        for (uint32_t first = 0; first < keys; first += KEYS) {
            W x[UP][ACROSS] = {};
            prism::wait_for_all_copies();
            __syncthreads();  // the first keys are here; the values and shares before them are no longer read
            Tile::fetch(tile.values, v + of_v.first + first * of_v.stride + left, of_v.stride, keys - first,
                        value_width - left, whole, Tile::no_turn);
            tile.multiply(x);
            for (uint32_t d0 = DEPTH; D == 0 && d0 < width; d0 += DEPTH) {
                __syncthreads();
                fetch_depth(first, d0);
                prism::wait_for_all_copies();
                __syncthreads();
                tile.multiply(x);
            }
            prism::wait_for_all_copies();
            __syncthreads();  // the values are here; the keys are no longer read
            if (first + KEYS < keys) fetch_depth(first + KEYS, 0);
            if (first + KEYS <= plain) {
#pragma unroll
                for (uint32_t i = 0; i < UP * ACROSS; ++i) x[i / ACROSS][i % ACROSS] *= factor;
            } else {
                tile.judge(x, score, sight, mine, first + Tile::tx());
            }
            gathered.take(x);
            tile.keep(x);
            __syncwarp();
            tile.weigh(gathered.sum);
        }
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) {
            const W share = gathered.share(r);
            if (mine + r >= lq) continue;
            T* const row = o + of_o.first + (mine + r) * of_o.stride;
#pragma unroll
            for (uint32_t c = 0; c < WIDE; ++c) {
                const uint32_t column = left + (c / V * 8 + Tile::tx()) * V + c % V;
                if (column < value_width) row[column] = prism::narrow<T>(gathered.sum[r][c] * share);
            }
        }
    };
    for (uint32_t q0 = block * BLOCK; q0 < min(block * BLOCK + BLOCK, lq); q0 += ROWS) {
        // Scores are made again for values that are wider than the registers hold.
        for (uint32_t left = 0; left < value_width; left += COLUMNS) attend(q0, left);
    }
}
