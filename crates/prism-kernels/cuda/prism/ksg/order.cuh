// What the sweeps of the KSG estimators share: where a problem's points are, and in which order they stand.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

// One problem's points in the order of its target: rows [0, dt) are the target's, rows [dt, dt + ds) the source's.
template <typename U>
struct Points {
    const U* target;  // [dt, row_length]
    const U* source;  // [ds, row_length]
    uint32_t dt, row_length;

    __device__ U at(uint32_t c, uint32_t i) const { return row(c)[i]; }

    __device__ const U* row(uint32_t c) const {
        return c < dt ? target + size_t(c) * row_length : source + size_t(c - dt) * row_length;
    }

    // The max-norm distance of two points within rows [from, to).
    __device__ U distance(uint32_t from, uint32_t to, uint32_t i, uint32_t j) const {
        U most = 0;
#pragma unroll 1
        for (uint32_t c = from; c < to; ++c) most = max(most, abs(at(c, i) - at(c, j)));
        return most;
    }
};

// The points of a problem among those of all targets [g, dt, row_length] and sources [p, ds, row_length].
template <typename U>
__device__ Points<U> points_of(const U* targets, const U* sources, uint32_t target, uint32_t problem, uint32_t dt,
                               uint32_t ds, uint32_t row_length) {
    const size_t row = row_length;
    return {targets + target * dt * row, sources + problem * ds * row, dt, row_length};
}

// The length of a row of near copies: n, and what whole tiles may read behind it; see src/ksg/order.rs.
__device__ inline uint32_t row_length(uint32_t n) { return (n + 31) / 32 * 32 + 96; }

// The tiles a warp loads at once: several for one query, whose arithmetic alone would not hide the way to memory.
constexpr int tiles_at_once(int queries) { return queries == 1 ? 4 : 1; }

// A lane's candidates of U tiles, and the rows they come from; D rows known at compile time. What lies behind the last
// point is infinitely far away, so that whole tiles can be loaded.
template <int D, int U>
struct Candidates {
    const float* row[D ? D : 1];
    float value[U][D ? D : 1];

    __device__ explicit Candidates(const Points<float>& points) {
#pragma unroll
        for (int c = 0; c < D; ++c) row[c] = points.row(c);
    }

    // Loads candidates j, j + 32, …
    __device__ void load(uint32_t j) {
#pragma unroll
        for (int c = 0; c < D; ++c) {
            const float* at = row[c] + j;
#pragma unroll
            for (int u = 0; u < U; ++u) value[u][c] = at[32 * u];
        }
    }
};

// Which queries a warp answers: `group` neighbouring ones of one problem.
struct Share {
    uint32_t problem, first;

    __device__ Share(uint32_t n, uint32_t group) {
        const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
        const uint32_t groups = (n + group - 1) / group;
        problem = uint32_t(warp / groups);
        first = uint32_t(warp % groups) * group;
    }
};

// The order of the points: strips of `length` points, ascending in row 0 from strip to strip; within a strip, row
// `inner` ascends. Tiles of 32 neighbours are therefore compact in both rows.
struct Strips {
    const float* edges;  // [strips + 1]: where in row 0 each strip begins, and where the last ends
    const float* outer;  // row 0
    const float* inner;  // row 1, or row 0 where there is only one
    uint32_t length, points;

    __device__ uint32_t count() const { return (points + length - 1) / length; }
    __device__ uint32_t end(uint32_t strip) const { return min((strip + 1) * length, points); }
};

// The extent of the queries [first, last] in both rows of the order.
struct Extent {
    float outer_low, outer_high, inner_low, inner_high;

    __device__ Extent(const Strips& strips, uint32_t first, uint32_t last) {
        outer_low = outer_high = strips.outer[first];
        for (uint32_t i = first + 1; i <= last; ++i) {
            outer_low = min(outer_low, strips.outer[i]);
            outer_high = max(outer_high, strips.outer[i]);
        }
        inner_low = strips.inner[first];
        inner_high = strips.inner[last];
    }
};

// The strips from the queries' own outwards, right and left in turn, while they lie within reach in row 0.
struct StripWalk {
    const Strips& strips;
    const Extent& extent;
    uint32_t right, left;
    bool to_right = false, more_right, more_left;

    __device__ StripWalk(const Strips& strips, const Extent& extent, uint32_t home)
        : strips(strips), extent(extent), right(home), left(home), more_right(true), more_left(home > 0) {}

    // Whether there is a next strip; it is put into `at`. The own strip comes first.
    __device__ bool next(uint32_t& at, float reach) {
        while (more_right || more_left) {
            to_right = !to_right;
            if (to_right && more_right) {
                more_right = right < strips.count() && !(strips.edges[right] - extent.outer_high > reach);
                if (more_right) return at = right++, true;
            }
            if (!to_right && more_left) {
                more_left = left > 0 && !(extent.outer_low - strips.edges[left] > reach);
                if (more_left) return at = --left, true;
            }
        }
        return false;
    }
};

// The last tile of a strip that begins below `value` in row 1, or at it when `reaching`; else the strip's first.
__device__ inline uint32_t tile_below(const Strips& strips, uint32_t strip, float value, bool reaching) {
    const uint32_t lane = threadIdx.x % 32, begin = strip * strips.length;
    uint32_t from = 0, left = (strips.end(strip) - begin + 31) / 32;
    while (left > 1) {
        const uint32_t step = (left + 31) / 32, at = lane * step;
        bool below = at < left;
        if (below) {
            const float first = strips.inner[begin + (from + at) * 32];
            below = reaching ? first <= value : first < value;
        }
        const uint32_t passed = max(__popc(__ballot_sync(FULL, below)), 1) - 1;
        from += passed * step;
        left = min(step, left - passed * step);
    }
    return begin + from * 32;
}

// The tiles [first, last] of a strip that may hold points within `reach` of the queries in row 1.
struct Tiles {
    uint32_t first, last;

    __device__ Tiles(const Strips& strips, uint32_t strip, const Extent& extent, float reach) {
        const float wide = reach * 1.000001f;  // more than a difference in f32 can lose
        first = tile_below(strips, strip, __fadd_rd(extent.inner_low, -wide), false);
        last = tile_below(strips, strip, __fadd_ru(extent.inner_high, wide), true);
    }
};

}  // namespace prism
