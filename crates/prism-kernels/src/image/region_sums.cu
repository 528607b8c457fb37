#include "prism/regions.cuh"

namespace prism {

// A block has a tile of an image, a warp eight of its rows.
constexpr uint32_t TILE_W = 128, TILE_H = 64, GROUPS = TILE_W / 32;

// The regions that a block meets in a tile; those for which no place is left go to memory at once.
struct RegionTable {
    static constexpr uint32_t PLACES = 512, TRIES = 8;
    int32_t label[PLACES];
    uint32_t area[PLACES], top[PLACES], left[PLACES], bottom[PLACES], right[PLACES], kinds[PLACES];
    Halves high[PLACES], low[PLACES];

    __device__ void clear() {
        for (uint32_t at = threadIdx.x; at < PLACES; at += blockDim.x) {
            label[at] = 0;
            area[at] = top[at] = left[at] = bottom[at] = right[at] = kinds[at] = 0;
            high[at] = low[at] = Halves();
        }
    }

    // The place of a label; `PLACES` where there is none.
    __device__ uint32_t place(int32_t of) {
        uint32_t at = uint32_t(of) * 2654435769u >> 23;
        for (uint32_t t = 0; t < TRIES; ++t, at = (at + 1) % PLACES) {
            const int32_t there = atomicCAS(label + at, 0, of);
            if (there == 0 || there == of) return at;
        }
        return PLACES;
    }

    __device__ RegionPart part(uint32_t at) const {
        return {area[at], top[at], left[at], bottom[at], right[at], kinds[at], high[at].whole(), low[at].whole()};
    }
};

// What a lane has found of a region, of which it has the first pixel of the row.
struct RowPart {
    uint32_t area = 0, last = 0, kinds = 0;
    Halves high, low;
};

// The regions of 32 pixels in a row, each told to the lane of its first pixel. All lanes must call it.
__device__ inline RowPart row_parts(int32_t label, const FixedValue& value) {
    const unsigned lane = threadIdx.x % 32;
    const bool has_rest = __any_sync(FULL, value.low != 0), has_kind = __any_sync(FULL, value.kind != 0);
    RowPart own;
    for (unsigned open = __ballot_sync(FULL, label != 0); open;) {
        const unsigned first = __ffs(open) - 1;
        const bool mine = label == __shfl_sync(FULL, label, first);
        const unsigned together = __ballot_sync(FULL, mine);
        RowPart part;
        part.area = __popc(together), part.last = 31 - __clz(together);
        part.high = Halves::of(mine ? value.high : 0).over_warp();
        if (has_rest) part.low = Halves::of(mine ? value.low : 0).over_warp();
        if (has_kind) part.kinds = __reduce_or_sync(FULL, mine ? value.kind : 0);
        if (lane == first) own = part;
        open &= ~together;
    }
    return own;
}

// Adds a row's part of a region to the table, or to memory where that is full.
__device__ inline void add_row(RegionTable& table, const Regions& to, const RowPart& part, int32_t label, uint32_t row,
                               uint32_t column, size_t first, uint32_t channels, uint32_t c) {
    const uint32_t right = column - threadIdx.x % 32 + part.last + 1, at = table.place(label);
    if (at == RegionTable::PLACES) {
        const RegionPart alone{part.area, ~row,       ~column,           row + 1,
                               right,     part.kinds, part.high.whole(), part.low.whole()};
        alone.add_to(to, first + label - 1, channels, c);
        return;
    }
    atomicAdd(table.area + at, part.area);
    atomicMax(table.top + at, ~row), atomicMax(table.left + at, ~column);
    atomicMax(table.bottom + at, row + 1), atomicMax(table.right + at, right);
    part.high.add_to(table.high[at]);
    if (part.low.high | part.low.low) part.low.add_to(table.low[at]);
    if (part.kinds) atomicOr(table.kinds + at, part.kinds);
}

}  // namespace prism

template <typename T>
__device__ void region_sums(const T* image,         // [b, channels * h, w]
                            const int32_t* labels,  // [b, h, w]
                            const uint32_t* first,  // [b]
                            const uint32_t* peak,   // [b]
                            uint32_t* area,         // [r]
                            uint32_t* boxes,        // [r, 4]
                            int64_t* sums,          // [r, channels, 2]
                            uint32_t* kinds,        // [r, channels]
                            uint32_t b, uint32_t w, uint32_t h, uint32_t r, uint32_t channels) {
    __shared__ prism::RegionTable table;
    const uint32_t across = (w - 1) / prism::TILE_W + 1, tiles = across * ((h - 1) / prism::TILE_H + 1);
    const uint32_t which = blockIdx.x / tiles, tile = blockIdx.x % tiles;
    const uint32_t top = tile / across * prism::TILE_H, left = tile % across * prism::TILE_W + threadIdx.x % 32;
    const prism::Regions to{area, boxes, sums, kinds};
    const double scale = prism::fixed_scale(peak[which]);
    for (uint32_t c = 0; c < channels; ++c) {
        const T* const plane = image + (size_t(which) * channels + c) * h * w;
        table.clear();
        __syncthreads();
        for (uint32_t row = top + threadIdx.x / 32; row < min(top + prism::TILE_H, h); row += 8) {
            int32_t label[prism::GROUPS];
            float value[prism::GROUPS];
#pragma unroll
            for (uint32_t g = 0; g < prism::GROUPS; ++g) {
                const uint32_t column = left + 32 * g, p = row * w + column;
                label[g] = column < w ? labels[size_t(which) * h * w + p] : 0;
                value[g] = column < w ? float(plane[p]) : 0;
            }
#pragma unroll
            for (uint32_t g = 0; g < prism::GROUPS; ++g) {
                const auto part = prism::row_parts(label[g], prism::FixedValue(value[g], scale));
                if (part.area) prism::add_row(table, to, part, label[g], row, left + 32 * g, first[which], channels, c);
            }
        }
        __syncthreads();
        for (uint32_t at = threadIdx.x; at < prism::RegionTable::PLACES; at += blockDim.x) {
            if (table.label[at]) table.part(at).add_to(to, size_t(first[which]) + table.label[at] - 1, channels, c);
        }
        __syncthreads();
    }
}
