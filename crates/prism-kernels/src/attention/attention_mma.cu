#include "prism/attention.cuh"
#include "prism/attention_edge.cuh"
#include "prism/attention_keys.cuh"
#include "prism/attention_tile.cuh"
#include "prism/attention_warp.cuh"

namespace prism {

// Which queries a block works on. Under a causal mask the last queries see most: theirs of all heads begin first. Else
// the tiles of a head follow each other, for they share its keys.
struct QueryTile {
    uint32_t first, batch, head;

    __device__ QueryTile(uint32_t block, uint32_t queries, uint32_t b, uint32_t heads, bool causal) {
        const uint32_t tiles = (queries + ATTENTION_QUERIES - 1) / ATTENTION_QUERIES, of_all = b * heads;
        const uint32_t pair = causal ? block % of_all : block / tiles;
        first = (tiles - 1 - (causal ? block / of_all : block % tiles)) * ATTENTION_QUERIES;
        batch = pair / heads;
        head = pair % heads;
    }
};

// Tiles behind `whole`, of which a warp sees the keys before `most`, those before `all` with all its queries; `edge`
// makes scores of the products of the others.
template <typename Warp, typename Tiles, typename Edge>
__device__ void edge_tiles(Warp& warp, Tiles& tiles, uint32_t whole, uint32_t most, uint32_t all, float factor,
                           Edge edge) {
    while (tiles.left > whole) {
        tiles.fetch_next();
        if (tiles.first() < most) {
            const bool is_whole = tiles.first() + ATTENTION_KEYS <= all;
            TileScores scores;
            warp.products(scores, tiles.queries(), tiles.keys(tiles.stage));
            if (!is_whole) edge(scores, tiles.first());
            warp.raise(scores, is_whole ? factor : 1);
            warp.add_values(scores, tiles.values(tiles.stage), is_whole ? factor : 1);
        }
        tiles.next();
    }
}

// Tiles that all queries of the block see whole.
template <typename Warp, typename Tiles>
__device__ void whole_tiles(Warp& warp, Tiles& tiles, float factor) {
    while (tiles.left > 0) {
        tiles.fetch_next();
        TileScores scores;
        warp.products(scores, tiles.queries(), tiles.keys(tiles.stage));
        warp.raise(scores, factor);
        warp.add_values(scores, tiles.values(tiles.stage), factor);
        tiles.next();
    }
}

// The same where there is one at least, with the products of the next tile between the maximum and the exponents of
// this, so that tensor cores have work during either: for rows short enough that the scores of two tiles fit.
template <typename Warp, typename Tiles>
__device__ void whole_tiles_ahead(Warp& warp, Tiles& tiles, float factor) {
    TileScores even, odd;
    if (tiles.left > 1) tiles.fetch_keys(tiles.stage ^ 1);
    warp.products(even, tiles.queries(), tiles.keys(tiles.stage));
    warp.raise(even, factor);
    tiles.arrive();
    const auto step = [&](TileScores& now, TileScores& next) {
        if (tiles.left > 2) tiles.fetch_keys(tiles.stage);
        tiles.fetch_values(tiles.stage ^ 1);
        warp.products(next, tiles.queries(), tiles.keys(tiles.stage ^ 1));
        warp.add_values(now, tiles.values(tiles.stage), factor);
        warp.raise(next, factor);
        tiles.next();
    };
    for (; tiles.left > 2; step(odd, even)) step(even, odd);
    if (tiles.left == 2) {
        step(even, odd);
        warp.add_values(odd, tiles.values(tiles.stage), factor);
    } else {
        warp.add_values(even, tiles.values(tiles.stage), factor);
    }
}

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
    constexpr bool WHOLE = D != 0 && D == DV;
    constexpr uint32_t WIDTH = WHOLE ? D : 128, QUERIES = prism::ATTENTION_QUERIES;
    using Tiles = prism::KeyTiles<T, WIDTH, WHOLE>;
    prism::AttentionWarp<T, WIDTH> warp;
    const prism::QueryTile at(blockIdx.x, lq, b, h, causal);
    const uint32_t group = at.head / (h / g), mine = at.first + warp.first_row();
    const prism::HeadRows of_q(at.batch, at.head, h, lq, d, packed), of_k(at.batch, group, g, lk, d, packed);
    const prism::HeadRows of_v(at.batch, group, g, lk, dv, packed);
    const prism::Sight sight{lq, given ? min(lengths[at.batch], lk) : lk, causal != 0, offset};
    const T* const queries = q + of_q.first + at.first * of_q.stride;
    Tiles::queries().template fetch<QUERIES, WHOLE>(queries, of_q.stride, d, lq - at.first);
    Tiles tiles(k, v, of_k, of_v, d, dv, sight.of(min(at.first + QUERIES, lq) - 1));
    tiles.arrive();
    warp.hold(tiles.queries());

    const prism::Score<T> any(mask, axes, 0, 0, 0, 0, 0, scale, softcap);
    const float factor = any.factor();
    const bool is_product = any.is_product() && factor >= 0;
    const uint32_t most = mine < lq ? sight.of(min(mine + 32, lq) - 1) : 0, all = is_product ? sight.of(mine) : 0;
    const uint32_t whole = is_product ? sight.of(at.first) / prism::ATTENTION_KEYS : 0;
    const auto here = [&] { return prism::QueryTile(prism::anew(blockIdx.x), lq, b, h, causal); };
    prism::edge_tiles(warp, tiles, whole, most, all, factor, [&](prism::TileScores& scores, uint32_t first) {
        const prism::QueryTile at = here();
        const prism::Score<T> score(mask, axes, at.batch, at.head, h, lq, lk, scale, softcap);
        const prism::AttentionEdge<T> edge{score, sight, axes % 2 == 1 && lk % 2 == 0};
        edge.apply(scores, at.first + warp.first_row() + warp.lane() / 4, first + warp.lane() % 4 * 2);
    });
    if constexpr (WIDTH > 64)
        prism::whole_tiles(warp, tiles, factor);
    else if (tiles.left > 0)
        prism::whole_tiles_ahead(warp, tiles, factor);
    const prism::QueryTile done = here();
    const prism::HeadRows of_o(done.batch, done.head, h, lq, dv, packed);
    warp.template store<WHOLE>(o + of_o.first, of_o.stride, done.first, lq, dv);
}
