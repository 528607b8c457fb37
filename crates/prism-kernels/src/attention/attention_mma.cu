#include "prism/attention.cuh"
#include "prism/copy_async.cuh"
#include "prism/mma.cuh"

namespace prism {

// Rows of WIDTH elements, a multiple of 64: chunk c of eight elements of row r lies in the place of chunk c ^ (r mod
// 8), so that neither copies nor fragments meet in a bank.
template <typename T, uint32_t WIDTH>
struct Tile {
    T* data;

    __device__ T* chunk(uint32_t row, uint32_t c) const { return data + row * WIDTH + (c ^ (row & 7)) * 8; }
};

// Four warps, each with QUERIES of 16 rows; keys and values in tiles of KEYS rows, the next on their way while one is
// worked on. Rows are padded with zeros to WIDTH.
template <typename T, uint32_t D, uint32_t DV>
struct AttentionWarps {
    static constexpr uint32_t WIDTH = D ? D : 128, KEYS = 4096 / WIDTH, ROWS = WIDTH == 64 ? 2 : 1;
    static constexpr uint32_t QUERIES = 64 * ROWS, ALL = 128;

    // `rows` rows of a tile from row `first` of `from`, zeros from row `known` on.
    static __device__ void fetch(Tile<T, WIDTH> tile, const T* from, uint64_t stride, uint32_t width, uint32_t rows,
                                 uint32_t first, uint32_t known) {
        for (uint32_t at = threadIdx.x; at < rows * WIDTH / 8; at += ALL) {
            const uint32_t row = at / (WIDTH / 8), chunk = at % (WIDTH / 8);
            const bool there = first + row < known;
            const T* const line = from + (there ? (first + row) * stride : 0);
            T* const to = tile.chunk(row, chunk);
            if constexpr (D && D == DV) {
                copy_async(to, line + chunk * 8, there);
            } else {
#pragma unroll
                for (uint32_t e = 0; e < 8; ++e)
                    to[e] = there && chunk * 8 + e < width ? line[chunk * 8 + e] : narrow<T>(0.0f);
            }
        }
    }
};

}  // namespace prism

template <typename T, uint32_t D, uint32_t DV>
__device__ void attention_mma(const T* q,               // [b, h, lq, d]
                              const T* k,               // [b, g, lk, d]
                              const T* v,               // [b, g, lk, dv]
                              const T* mask,            // [b, h, lq, lk], by `axes`
                              const uint32_t* lengths,  // [given]
                              T* o,                     // [b, h, lq, dv]
                              double scale, double softcap, uint32_t axes, uint32_t causal, int64_t offset,
                              uint32_t packed, uint32_t b, uint32_t h, uint32_t lq, uint32_t d, uint32_t g, uint32_t lk,
                              uint32_t dv, uint32_t given) {
    using Warps = prism::AttentionWarps<T, D, DV>;
    constexpr uint32_t WIDTH = Warps::WIDTH, KEYS = Warps::KEYS, ROWS = Warps::ROWS, STEPS = WIDTH / 16;
    using Tile = prism::Tile<T, WIDTH>;
    __shared__ __align__(128) T shared[4][KEYS * WIDTH];
    const uint32_t tiles = (lq + Warps::QUERIES - 1) / Warps::QUERIES, lane = threadIdx.x % 32;
    // Under a causal mask the last queries see most: their blocks begin first.
    const uint32_t tile = tiles - 1 - blockIdx.x % tiles, head = blockIdx.x / tiles % h;
    const uint32_t batch = blockIdx.x / tiles / h, group = uint64_t(head) * g / h;
    const uint32_t q0 = tile * Warps::QUERIES, mine = q0 + threadIdx.x / 32 * 16 * ROWS + lane / 4;
    const prism::HeadRows of_q(batch, head, h, lq, d, packed), of_k(batch, group, g, lk, d, packed);
    const prism::HeadRows of_v(batch, group, g, lk, dv, packed), of_o(batch, head, h, lq, dv, packed);
    const prism::Sight sight{lq, given ? min(lengths[batch], lk) : lk, causal != 0, offset};
    const prism::Score<T> score(mask, axes, batch, head, h, lq, lk, scale, softcap);
    const uint32_t keys = sight.of(min(q0 + Warps::QUERIES, lq) - 1), surely = sight.of(q0);
    const bool is_product = score.is_product(), all_queries = q0 + Warps::QUERIES <= lq;
    const float factor = score.factor();

    const auto fetch = [&](uint32_t first, uint32_t stage) {
        Warps::fetch(Tile{shared[stage]}, k + of_k.first, of_k.stride, d, KEYS, first, keys);
        Warps::fetch(Tile{shared[stage + 1]}, v + of_v.first, of_v.stride, dv, KEYS, first, keys);
    };
    const auto arrive = [] {
        prism::wait_for_all_copies();
        __syncthreads();
    };
    // The queries pass through what is later the second stage.
    Warps::fetch(Tile{shared[2]}, q + of_q.first, of_q.stride, d, Warps::QUERIES, q0, lq);
    if (keys > 0) fetch(0, 0);
    arrive();
    uint32_t queries[ROWS][STEPS][4];
#pragma unroll
    for (uint32_t r = 0; r < ROWS; ++r) {
        const uint32_t row = threadIdx.x / 32 * 16 * ROWS + r * 16 + lane % 16;
#pragma unroll
        for (uint32_t s = 0; s < STEPS; ++s)
            prism::load_matrices<false>(queries[r][s], Tile{shared[2]}.chunk(row, s * 2 + lane / 16));
    }
    __syncthreads();

    float sum[ROWS][WIDTH / 8][4] = {}, most[ROWS][2], powers[ROWS][2] = {};
    for (auto& of_row : most) of_row[0] = of_row[1] = -prism::infinity<float>();
    for (uint32_t first = 0, stage = 0; first < keys; first += KEYS, stage ^= 2) {
        if (first + KEYS < keys) fetch(first + KEYS, stage ^ 2);
        float scores[ROWS][KEYS / 8][4] = {};
#pragma unroll
        for (uint32_t s = 0; s < STEPS; ++s) {
#pragma unroll
            for (uint32_t n = 0; n < KEYS / 16; ++n) {
                uint32_t key[4];
                const uint32_t row = n * 16 + lane % 8 + lane / 16 * 8;
                prism::load_matrices<false>(key, Tile{shared[stage]}.chunk(row, s * 2 + lane / 8 % 2));
#pragma unroll
                for (uint32_t r = 0; r < ROWS; ++r) {
                    prism::multiply_add<T>(scores[r][2 * n], queries[r][s], key[0], key[1]);
                    prism::multiply_add<T>(scores[r][2 * n + 1], queries[r][s], key[2], key[3]);
                }
            }
        }
        const bool plain = is_product && all_queries && first + KEYS <= surely;
#pragma unroll
        for (uint32_t r = 0; r < ROWS; ++r) {
#pragma unroll
            for (uint32_t half = 0; half < 2; ++half) {
                const uint32_t query = mine + r * 16 + half * 8, seen = plain ? 0 : sight.of(query);
                float largest = most[r][half];
#pragma unroll
                for (uint32_t at = 0; at < KEYS / 4; ++at) {
                    float& x = scores[r][at / 2][half * 2 + at % 2];
                    const uint32_t key = first + at / 2 * 8 + lane % 4 * 2 + at % 2;
                    if (plain || is_product) x *= factor;
                    if (!plain) {
                        const float masked = is_product || key >= seen ? x : score(x, query, key);
                        x = key < seen ? masked : -prism::infinity<float>();
                    }
                    largest = max(largest, x);
                }
                largest = max(largest, __shfl_xor_sync(prism::FULL, largest, 1));
                largest = max(largest, __shfl_xor_sync(prism::FULL, largest, 2));
                const float base = prism::score_base(largest);
                const float shrink = prism::power_of_two<T>(most[r][half] - base);
                most[r][half] = largest;
                float of_tile = 0;
#pragma unroll
                for (uint32_t at = 0; at < KEYS / 4; ++at) {
                    float& x = scores[r][at / 2][half * 2 + at % 2];
                    x = prism::power_of_two<T>(x - base);
                    of_tile += x;
                }
                powers[r][half] = powers[r][half] * shrink + of_tile;
#pragma unroll
                for (uint32_t at = 0; at < WIDTH / 4; ++at) sum[r][at / 2][half * 2 + at % 2] *= shrink;
            }
        }
#pragma unroll
        for (uint32_t s = 0; s < KEYS / 16; ++s) {
            uint32_t shares[ROWS][4];
#pragma unroll
            for (uint32_t r = 0; r < ROWS; ++r) {
#pragma unroll
                for (uint32_t e = 0; e < 4; ++e) {
                    const float* const pair = scores[r][2 * s + e / 2] + e % 2 * 2;
                    shares[r][e] = prism::pair_of<T>(pair[0], pair[1]);
                }
            }
#pragma unroll
            for (uint32_t n = 0; n < STEPS; ++n) {
                uint32_t value[4];
                const T* const chunk = Tile{shared[stage + 1]}.chunk(s * 16 + lane % 16, n * 2 + lane / 16);
                prism::load_matrices<true>(value, chunk);
#pragma unroll
                for (uint32_t r = 0; r < ROWS; ++r) {
                    prism::multiply_add<T>(sum[r][2 * n], shares[r], value[0], value[1]);
                    prism::multiply_add<T>(sum[r][2 * n + 1], shares[r], value[2], value[3]);
                }
            }
        }
        arrive();
    }
#pragma unroll
    for (uint32_t r = 0; r < ROWS; ++r) {
#pragma unroll
        for (uint32_t half = 0; half < 2; ++half) {
            float total = powers[r][half];
            total += __shfl_xor_sync(prism::FULL, total, 1);
            total += __shfl_xor_sync(prism::FULL, total, 2);
            const float share = prism::share_scale(total);
            const uint32_t query = mine + r * 16 + half * 8;
            if (query >= lq) continue;
            T* const row = o + of_o.first + query * of_o.stride;
#pragma unroll
            for (uint32_t n = 0; n < WIDTH / 8; ++n) {
                const uint32_t column = n * 8 + lane % 4 * 2;
                const float even = sum[r][n][half * 2] * share, odd = sum[r][n][half * 2 + 1] * share;
                if constexpr (DV != 0) {
                    *reinterpret_cast<uint32_t*>(row + column) = prism::pair_of<T>(even, odd);
                } else {
                    if (column < dv) row[column] = prism::narrow<T>(even);
                    if (column + 1 < dv) row[column + 1] = prism::narrow<T>(odd);
                }
            }
        }
    }
}
