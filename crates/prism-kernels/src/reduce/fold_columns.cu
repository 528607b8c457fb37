#include "prism/fold.cuh"

namespace prism {

// Eight columns a thread of a tile of 8·`width`: V neighbours at a time, or each alone where rows begin anywhere.
template <typename T, int HOW, int V>
struct Columns {
    using F = Fold<T, HOW>;
    struct alignas(V * sizeof(T)) Pack {
        T at[V];
    };
    // Rows loaded together, as many as leave registers for two blocks.
    static constexpr int ROWS = sizeof(T) == 8 && HOW == LOG_SUM_EXP ? 2 : sizeof(T) == 2 && is_extreme(HOW) ? 8 : 4;
    State states[8];
    uint32_t first[8 / V];  // the first column of each pack; 0, which all tiles have, where it lies outside

    static __device__ uint32_t place(int e, uint32_t lane, uint32_t width) {
        return (e / V * width + lane) * V + e % V;
    }

    __device__ Columns(uint32_t lane, uint32_t width, uint32_t columns) {
#pragma unroll
        for (int e = 0; e < 8; ++e) states[e] = F::none();
#pragma unroll
        for (int p = 0; p < 8 / V; ++p) {
            const uint32_t at = place(p * V, lane, width);
            first[p] = at < columns ? at : 0;
        }
    }

    // U rows, `step` rows apart, from the row at `from` on; `apart` is the distance between neighbouring rows.
    template <int U>
    __device__ void meet(const T* from, uint64_t apart, uint64_t row, uint32_t step) {
        Pack held[U][8 / V];
#pragma unroll
        for (int u = 0; u < U; ++u) {
#pragma unroll
            for (int p = 0; p < 8 / V; ++p)
                held[u][p] = *reinterpret_cast<const Pack*>(from + u * step * apart + first[p]);
        }
#pragma unroll
        for (int e = 0; e < 8; ++e) {
            computed<T> x[U];
#pragma unroll
            for (int u = 0; u < U; ++u) x[u] = widen(held[u][e / V].at[e % V]);
            F::template meet<1>(states[e], x, row, step);
        }
    }
};

}  // namespace prism

// A block folds a part of the rows of a tile of columns, blockDim.x / `width` rows at a time; then 32 / `width`
// threads, or one, make a result of what was left to each column.
template <typename T, int HOW>
__device__ void fold_columns(const T* x,      // [o, n, i]
                             T* y,            // [o * i]
                             int64_t* index,  // [o * i]
                             double* states,  // [o, parts, i, 2]
                             uint32_t how, uint32_t parts, uint32_t width, uint32_t ends, uint64_t o, uint64_t n,
                             uint64_t i) {
    using F = prism::Fold<T, HOW>;
    __shared__ prism::State held[8][256];
    const uint32_t tile = 8 * width, tiles = uint32_t((i + tile - 1) >> (31 - __clz(tile)));
    const uint32_t item = blockIdx.x / tiles, outer = item / parts;
    const uint64_t left = uint64_t(blockIdx.x % tiles) * tile, length = parts > 1 ? (n + parts - 1) / parts : n;
    const uint64_t begin = min(item % parts * length, n), end = min(begin + length, n);
    const uint32_t lane = threadIdx.x % width, rank = threadIdx.x / width, step = blockDim.x / width;
    const uint32_t columns = uint32_t(min(i - left, uint64_t(tile)));
    const T* const from = x + outer * n * i + left;
    auto fold = [&](auto of) {
        using Columns = prism::Columns<T, HOW, decltype(of)::value>;
        constexpr int U = Columns::ROWS;
        Columns mine(lane, width, columns);
        uint64_t row = begin + rank;
        for (; row + (U - 1) * step < end; row += U * step) mine.template meet<U>(from + row * i, i, row, step);
        for (; row < end; row += step) mine.template meet<1>(from + row * i, i, row, step);
#pragma unroll
        for (int e = 0; e < 8; ++e) held[e][threadIdx.x] = mine.states[e];
        __syncthreads();
        const uint32_t group = max(32 / width, 1);
        for (uint32_t slot = threadIdx.x / group; slot < tile; slot += blockDim.x / group) {
            const uint32_t e = slot / width, at = slot % width, column = Columns::place(e, at, width);
            prism::State state = F::none();
            for (uint32_t k = threadIdx.x % group; k < step; k += group)
                state = F::joined(state, held[e][k * width + at]);
            state = F::over(state, group);
            if (threadIdx.x % group == 0 && column < columns)
                prism::put<HOW, F>(state, n, uint64_t(item) * i + left + column, ends, y, index, states);
        }
    };
    constexpr int V = prism::Packed<T>::COUNT;
    if (i % V == 0)
        fold(std::integral_constant<int, V>());
    else
        fold(std::integral_constant<int, 1>());
}
