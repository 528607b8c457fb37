#include "prism/fold.cuh"

namespace prism {

// Eight columns a thread of a tile of 8·`width`: V neighbours at a time, or each alone where rows begin anywhere.
template <typename T, int HOW, int V>
struct Columns {
    using F = Fold<T, HOW>;
    struct alignas(V * sizeof(T)) Pack {
        T at[V];
    };
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

// A block folds a part of the rows of a tile of columns, blockDim.x / `width` rows at a time.
template <typename T, int HOW>
__device__ void fold_columns(const T* x,      // [o, n, i]
                             T* y,            // [o * i]
                             int64_t* index,  // [o * i]
                             double* states,  // [o, parts, i, 2]
                             uint32_t how, uint32_t parts, uint32_t width, uint32_t ends, uint64_t o, uint64_t n,
                             uint64_t i) {
    constexpr int U = sizeof(T) == 8 ? 2 : 4;
    __shared__ prism::State held[8][256];
    const uint64_t tiles = (i + 8 * width - 1) / (8 * width), left = blockIdx.x % tiles * 8 * width;
    const uint64_t item = blockIdx.x / tiles, outer = item / parts, length = (n + parts - 1) / parts;
    const uint64_t begin = min(item % parts * length, n), end = min(begin + length, n);
    const uint32_t lane = threadIdx.x % width, rank = threadIdx.x / width, step = blockDim.x / width;
    const uint32_t columns = uint32_t(min(i - left, uint64_t(8 * width)));
    const T* const from = x + outer * n * i + left;
    auto fold = [&](auto of) {
        using Columns = prism::Columns<T, HOW, decltype(of)::value>;
        Columns mine(lane, width, columns);
        uint64_t row = begin + rank;
        for (; row + (U - 1) * step < end; row += U * step) mine.template meet<U>(from + row * i, i, row, step);
        for (; row < end; row += step) mine.template meet<1>(from + row * i, i, row, step);
#pragma unroll
        for (int e = 0; e < 8; ++e) held[e][threadIdx.x] = mine.states[e];
        for (uint32_t above = step / 2; above; above /= 2) {
            __syncthreads();
            if (rank >= above) continue;
#pragma unroll 1
            for (int e = 0; e < 8; ++e)
                held[e][threadIdx.x] = Columns::F::joined(held[e][threadIdx.x], held[e][threadIdx.x + above * width]);
        }
        if (rank > 0) return;
#pragma unroll 1
        for (int e = 0; e < 8; ++e) {
            const uint32_t column = Columns::place(e, lane, width);
            if (column < columns)
                prism::put<T, HOW>(held[e][threadIdx.x], n, item * i + left + column, ends, y, index, states);
        }
    };
    constexpr int V = prism::Packed<T>::COUNT;
    if (i % V == 0)
        fold(std::integral_constant<int, V>());
    else
        fold(std::integral_constant<int, 1>());
}
