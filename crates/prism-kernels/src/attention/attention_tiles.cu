#include "prism/attention.cuh"

namespace prism {

// 8 × 16 threads share a tile of ROWS queries by ROWS keys; 64 columns of values at a time.
template <typename T>
struct AttentionTile {
    using W = computed<T>;
    using Pack = Packed<W>;
    static constexpr uint32_t ROWS = sizeof(W) == 8 ? 32 : 64, COLUMNS = 64, ALL = 128;
    static constexpr uint32_t UP = ROWS / 8, ACROSS = ROWS / 16, FOUR = COLUMNS / 16;

    // `COUNT` neighbouring elements of a thread, from shared memory.
    template <uint32_t COUNT>
    static __device__ void load(W (&to)[COUNT], const W* from) {
#pragma unroll
        for (uint32_t p = 0; p < COUNT; p += Pack::COUNT) {
            const Pack pack = *reinterpret_cast<const Pack*>(from + p);
#pragma unroll
            for (uint32_t e = 0; e < Pack::COUNT; ++e) to[p + e] = pack.at[e];
        }
    }

    template <uint32_t COUNT>
    static __device__ void read(W (&to)[COUNT], const T* from, bool there) {
        struct alignas(COUNT * sizeof(T)) Elements {
            T at[COUNT];
        } elements;
        if (there) elements = *reinterpret_cast<const Elements*>(from);
#pragma unroll
        for (uint32_t e = 0; e < COUNT; ++e) to[e] = there ? W(widen(elements.at[e])) : W(0);
    }

    // to[column][row] = ROWS × ROWS elements of `from`, zeros outside of `rows` and `columns`; V columns a load.
    template <uint32_t V>
    static __device__ void columns(W* to, const T* from, uint64_t stride, uint32_t rows, uint32_t columns) {
        const uint32_t row = threadIdx.x % ROWS;
#pragma unroll 4
        for (uint32_t column = threadIdx.x / ROWS * V; column < ROWS; column += ALL / ROWS * V) {
            W x[V];
            read(x, from + row * stride + column, row < rows && column < columns);
#pragma unroll
            for (uint32_t e = 0; e < V; ++e) to[(column + e) * ROWS + row] = x[e];
        }
    }

    // to[row][column] = ROWS × COLUMNS elements of `from`, zeros outside of `rows` and `columns`.
    template <uint32_t V>
    static __device__ void rows(W* to, const T* from, uint64_t stride, uint32_t rows, uint32_t columns) {
#pragma unroll 4
        for (uint32_t at = threadIdx.x * V; at < ROWS * COLUMNS; at += ALL * V) {
            const uint32_t row = at / COLUMNS, column = at % COLUMNS;
            W x[V];
            read(x, from + row * stride + column, row < rows && column < columns);
#pragma unroll
            for (uint32_t e = 0; e < V; ++e) to[at + e] = x[e];
        }
    }

    // Where the shares of a key begin: packs of queries are permuted by the thread that has the key.
    static __device__ uint32_t share(uint32_t key, uint32_t pack) {
        return key * ROWS + (pack ^ (key / ACROSS % (ROWS / Pack::COUNT))) * Pack::COUNT;
    }
};

}  // namespace prism

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
    using Tile = prism::AttentionTile<T>;
    using W = prism::computed<T>;
    using Pack = prism::Packed<W>;
    constexpr uint32_t ROWS = Tile::ROWS, UP = Tile::UP, ACROSS = Tile::ACROSS, COLUMNS = Tile::COLUMNS;
    constexpr uint32_t CHUNKS = DV ? DV / COLUMNS : sizeof(W) == 8 ? 1 : 2, FOUR = Tile::FOUR, V = Pack::COUNT;
    constexpr bool ONCE = D && D <= ROWS;  // the queries stay in shared memory
    __shared__ __align__(16) W queries[ROWS * ROWS], keys_or_shares[ROWS * ROWS], values[ROWS * COLUMNS];
    const uint32_t width = D ? D : d, value_width = DV ? DV : dv, tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    const bool whole = width % V == 0 && value_width % V == 0;
    const uint32_t tiles = (lq + 63) / 64;
    // Under a causal mask the last queries see most: their blocks begin first.
    const uint32_t tile = tiles - 1 - blockIdx.x % tiles, head = blockIdx.x / tiles % h;
    const uint32_t batch = blockIdx.x / tiles / h, group = uint64_t(head) * g / h;
    const prism::HeadRows of_q(batch, head, h, lq, width, packed), of_k(batch, group, g, lk, width, packed);
    const prism::HeadRows of_v(batch, group, g, lk, value_width, packed), of_o(batch, head, h, lq, value_width, packed);
    const prism::Sight sight{lq, given ? min(lengths[batch], lk) : lk, causal != 0, offset};
    const prism::Score<T> score(mask, axes, batch, head, h, lq, lk, scale, softcap);
    const bool is_product = score.is_product();
    const W factor = score.factor();
    const auto fetch_columns = [&](W* to, const T* from, uint64_t stride, uint32_t rows, uint32_t columns) {
        if (whole)
            Tile::template columns<V>(to, from, stride, rows, columns);
        else
            Tile::template columns<1>(to, from, stride, rows, columns);
    };
    const auto fetch_values = [&](uint32_t first, uint32_t known, uint32_t column) {
        const T* const from = v + of_v.first + first * of_v.stride + column;
        if (whole)
            Tile::template rows<V>(values, from, of_v.stride, known, value_width - column);
        else
            Tile::template rows<1>(values, from, of_v.stride, known, value_width - column);
    };

    const auto attend = [&](uint32_t q0, uint32_t left) {
        const uint32_t there = min(ROWS, lq - q0), mine = q0 + ty * UP, keys = sight.of(q0 + there - 1);
        W sum[UP][CHUNKS * FOUR] = {}, most[UP], powers[UP] = {};
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) most[r] = -prism::infinity<W>();
        for (uint32_t first = 0; first < keys; first += ROWS) {
            const uint32_t known = min(ROWS, keys - first);
            W x[UP][ACROSS] = {};
            uint32_t d0 = 0;
            do {
                __syncthreads();
                if (!ONCE || first == 0)
                    fetch_columns(queries, q + of_q.first + q0 * of_q.stride + d0, of_q.stride, there, width - d0);
                fetch_columns(keys_or_shares, k + of_k.first + first * of_k.stride + d0, of_k.stride, known,
                              width - d0);
                if (d0 == 0) fetch_values(first, known, left);
                __syncthreads();
#pragma unroll(sizeof(W) == 8 && !D ? 2 : 8)
                for (uint32_t e = 0; e < ROWS; ++e) {
                    W a[UP], c[ACROSS];
                    Tile::load(a, queries + e * ROWS + ty * UP);
                    Tile::load(c, keys_or_shares + e * ROWS + tx * ACROSS);
#pragma unroll
                    for (uint32_t r = 0; r < UP; ++r) {
#pragma unroll
                        for (uint32_t s = 0; s < ACROSS; ++s) x[r][s] = fma(a[r], c[s], x[r][s]);
                    }
                }
                d0 += ROWS;
            } while (d0 < width);
#pragma unroll
            for (uint32_t r = 0; r < UP; ++r) {
                const uint32_t seen = sight.of(mine + r);
                W largest = most[r];
#pragma unroll
                for (uint32_t s = 0; s < ACROSS; ++s) {
                    const uint32_t key = first + tx * ACROSS + s;
                    if (key >= seen)
                        x[r][s] = -prism::infinity<W>();
                    else
                        x[r][s] = is_product ? x[r][s] * factor : score(x[r][s], mine + r, key);
                    largest = max(largest, x[r][s]);
                }
#pragma unroll
                for (uint32_t step = 8; step; step /= 2) {
                    largest = max(largest, __shfl_xor_sync(prism::FULL, largest, step));
                }
                const W base = prism::score_base(largest), shrink = prism::power_of_two<T>(most[r] - base);
                most[r] = largest;
                powers[r] *= shrink;
#pragma unroll
                for (uint32_t s = 0; s < ACROSS; ++s) {
                    x[r][s] = prism::power_of_two<T>(x[r][s] - base);
                    powers[r] += x[r][s];
                }
#pragma unroll
                for (W& of_column : sum[r]) of_column *= shrink;
            }
            __syncthreads();
#pragma unroll
            for (uint32_t s = 0; s < ACROSS; ++s) {
#pragma unroll
                for (uint32_t r = 0; r < UP; r += V) {
                    Pack pack;
#pragma unroll
                    for (uint32_t e = 0; e < V; ++e) pack.at[e] = x[r + e][s];
                    const uint32_t at = Tile::share(tx * ACROSS + s, (ty * UP + r) / V);
                    *reinterpret_cast<Pack*>(keys_or_shares + at) = pack;
                }
            }
#pragma unroll
            for (uint32_t c = 0; c < CHUNKS; ++c) {
                if (c > 0 && left + c * COLUMNS >= value_width) break;
                if (c > 0) {
                    __syncthreads();
                    fetch_values(first, known, left + c * COLUMNS);
                }
                __syncthreads();
#pragma unroll(sizeof(W) == 8 && !D ? 2 : 4)
                for (uint32_t key = 0; key < ROWS; ++key) {
                    W a[UP], of_key[FOUR];
#pragma unroll
                    for (uint32_t r = 0; r < UP; r += V) {
                        W part[V];
                        Tile::load(part, keys_or_shares + Tile::share(key, (ty * UP + r) / V));
#pragma unroll
                        for (uint32_t e = 0; e < V; ++e) a[r + e] = part[e];
                    }
                    Tile::load(of_key, values + key * COLUMNS + tx * FOUR);
#pragma unroll
                    for (uint32_t r = 0; r < UP; ++r) {
#pragma unroll
                        for (uint32_t e = 0; e < FOUR; ++e)
                            sum[r][c * FOUR + e] = fma(a[r], of_key[e], sum[r][c * FOUR + e]);
                    }
                }
            }
        }
#pragma unroll
        for (uint32_t r = 0; r < UP; ++r) {
            W total = powers[r];
#pragma unroll
            for (uint32_t step = 8; step; step /= 2) total += __shfl_xor_sync(prism::FULL, total, step);
            const W share = prism::share_scale(total);
            if (mine + r >= lq) continue;
            T* const row = o + of_o.first + (mine + r) * of_o.stride;
#pragma unroll
            for (uint32_t e = 0; e < CHUNKS * FOUR; ++e) {
                const uint32_t column = left + e / FOUR * COLUMNS + tx * FOUR + e % FOUR;
                if (column < value_width) row[column] = prism::narrow<T>(sum[r][e] * share);
            }
        }
    };
    // Scores are made again for values that are wider than the registers hold.
    for (uint32_t q0 = tile * 64; q0 < min(tile * 64 + 64, lq); q0 += ROWS) {
        for (uint32_t left = 0; left < value_width; left += CHUNKS * COLUMNS) attend(q0, left);
    }
}
