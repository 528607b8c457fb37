#include "prism/fold.cuh"

namespace prism {

// Eight columns a thread of a tile of 8·`width`: V neighbours at a time, or each alone where rows begin anywhere.
template <typename T, int HOW, int V>
struct Columns {
    using F = Fold<T, HOW>;
    // Rows loaded together: what they take of registers is blocks that a multiprocessor lacks.
    static constexpr bool FEW = sizeof(T) == 4 ? !is_extreme(HOW) : sizeof(T) == 8 && HOW == LOG_SUM_EXP;
    static constexpr int ROWS = FEW ? 2 : 4;
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
        Pack<T, V> held[U][8 / V];
#pragma unroll
        for (int u = 0; u < U; ++u) {
#pragma unroll
            for (int p = 0; p < 8 / V; ++p)
                held[u][p] = *reinterpret_cast<const Pack<T, V>*>(from + u * step * apart + first[p]);
        }
#pragma unroll
        for (int e = 0; e < 8; ++e) {
            computed<T> x[U];
#pragma unroll
            for (int u = 0; u < U; ++u) x[u] = widen(held[u][e / V].at[e % V]);
            F::template meet<1>(states[e], x, row, step);
        }
    }

    // Leaves to each column of the thread the fold of the rows from `row` to `end`, `step` apart.
    __device__ void fold(const T* x, uint64_t apart, uint64_t row, uint64_t end, uint32_t step, State (&left)[8][256]) {
        for (; row + (ROWS - 1) * step < end; row += ROWS * step) meet<ROWS>(x + row * apart, apart, row, step);
        for (; row < end; row += step) meet<1>(x + row * apart, apart, row, step);
#pragma unroll
        for (int e = 0; e < 8; ++e) left[e][threadIdx.x] = states[e];
    }
};

// The same for folds of 16 bits to an extreme: two columns are compared at once.
template <typename T, int HOW, int V>
struct PairColumns {
    static constexpr bool LARGEST = HOW == MAX || HOW == ARG_MAX;
    static constexpr int ROWS = V == 1 ? 2 : 4;
    const uint32_t lane, width, count;
    Pair<T> extremes[4];
    uint32_t numbers[8] = {};  // of the rows that have them, among those of the thread
    uint32_t first[8 / V];

    __device__ PairColumns(uint32_t lane, uint32_t width, uint32_t count) : lane(lane), width(width), count(count) {
        const T none = narrow<T>(LARGEST ? -infinity<float>() : infinity<float>());
#pragma unroll
        for (int k = 0; k < 4; ++k) extremes[k].x = none, extremes[k].y = none;
        const Columns<T, HOW, V> columns(lane, width, count);
#pragma unroll
        for (int p = 0; p < 8 / V; ++p) first[p] = columns.first[p];
    }

    __device__ void fold(const T* x, uint64_t apart, uint64_t row, uint64_t end, uint32_t step, State (&left)[8][256]) {
        const uint32_t rows = row < end ? uint32_t((end - row - 1) / step) + 1 : 0;
        const uint64_t jump = apart * step;
        const T* from = x + row * apart;
        uint32_t number = 0;
        for (; number + ROWS <= rows; number += ROWS, from += ROWS * jump) meet<ROWS>(from, jump, number);
        for (; number < rows; ++number, from += jump) meet<1>(from, jump, number);
#pragma unroll
        for (int e = 0; e < 8; ++e) {
            const double extreme = double(widen(e % 2 ? extremes[e / 2].y : extremes[e / 2].x));
            const State found = {extreme, double(row + uint64_t(numbers[e]) * step)};
            left[e][threadIdx.x] = rows > 0 ? found : Fold<T, HOW>::none();
        }
#pragma unroll 1
        for (int e = 0; e < 8; ++e) {
            State& state = left[e][threadIdx.x];
            const uint32_t column = Columns<T, HOW, V>::place(e, lane, width);
            if (state.a != state.a && column < count) state.b = double(first_nan(x + column, apart, row, step));
        }
    }

  private:
    // U rows, the first of that number.
    template <int U>
    __device__ void meet(const T* from, uint64_t jump, uint32_t number) {
        Pack<T, V> held[U][8 / V];
#pragma unroll
        for (int u = 0; u < U; ++u) {
#pragma unroll
            for (int p = 0; p < 8 / V; ++p)
                held[u][p] = *reinterpret_cast<const Pack<T, V>*>(from + u * jump + first[p]);
        }
#pragma unroll
        for (int u = 0; u < U; ++u) {
#pragma unroll
            for (int e = 0; e < 8; e += 2) {
                Pair<T>& extreme = extremes[e / 2];
                Pair<T> pair;
                pair.x = held[u][e / V].at[e % V], pair.y = held[u][(e + 1) / V].at[(e + 1) % V];
                numbers[e] = is_beyond(pair.x, extreme.x) ? number + u : numbers[e];
                numbers[e + 1] = is_beyond(pair.y, extreme.y) ? number + u : numbers[e + 1];
                extreme = LARGEST ? __hmax2_nan(extreme, pair) : __hmin2_nan(extreme, pair);
            }
        }
    }

    static __device__ bool is_beyond(T x, T y) { return LARGEST ? __hgt(x, y) : __hlt(x, y); }

    // The row of a column's first NaN, which compares with nothing: it is there, and looked up.
    static __device__ uint64_t first_nan(const T* column, uint64_t apart, uint64_t row, uint32_t step) {
        while (!__hisnan(column[row * apart])) row += step;
        return row;
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
        constexpr int V = decltype(of)::value;
        constexpr bool IS_PAIRS = sizeof(T) == 2 && prism::is_extreme(HOW);
        using Columns = prism::Columns<T, HOW, V>;
        using Folding = std::conditional_t<IS_PAIRS, prism::PairColumns<T, HOW, V>, Columns>;
        Folding(lane, width, columns).fold(from, i, begin + rank, end, step, held);
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
