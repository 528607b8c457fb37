#include "prism/element.cuh"
#include "prism/flat.cuh"
#include "prism/warp.cuh"

namespace prism {

// The row of a table that an index names; a fault is noted where there is none.
struct TableRow {
    const int32_t* idx32;
    const int64_t* idx64;
    unsigned long long* fault;
    uint64_t v;
    bool is_short, allow_negative;

    // The number of the row, or v where the index is outside of the table.
    __device__ uint64_t operator()(uint64_t place) const {
        const int64_t index = is_short ? idx32[place] : idx64[place];
        // An index below 0 is a large number without sign.
        const uint64_t row = uint64_t(index) + (allow_negative && index < 0 ? v : 0);
        if (row < v) return row;
        atomicMax(fault, ~static_cast<unsigned long long>(place));
        return v;
    }
};

// A pack or an element at a time.
template <typename T, typename Pack, typename I>
__device__ void gather(const T* table, const TableRow& row_of, T* rows, I n, uint32_t d) {
    constexpr int V = sizeof(Pack) / sizeof(T);
    const auto load = [&](I i) {
        const I place = i / d;
        const uint64_t row = row_of(place);
        Pack pack = {};
        if (row < row_of.v) pack = *reinterpret_cast<const Pack*>(table + row * d + (i - place * d));
        return pack;
    };
    flat<V, 4>(n, load, [&](I i, const Pack& pack) { *reinterpret_cast<Pack*>(rows + i) = pack; });
}

// The elements of a warp lie in 32 rows at most where rows have so many.
constexpr uint32_t SHARED = 17;

// Rows of `SHARED` elements at least that begin anywhere: every lane of a warp looks up one, and they pass them round.
// `count` is of places, and O counts the elements of the table.
template <typename T, typename O, typename I>
__device__ void gather_shared(const T* table, const TableRow& row_of, T* rows, I count, uint32_t d) {
    constexpr uint32_t HELD = 8;
    const uint32_t lane = threadIdx.x % 32, rows_on = 32 / d, columns_on = 32 % d;
    const I begin = (I(blockIdx.x) * blockDim.x + threadIdx.x - lane) * FLAT, n = count * d, place = begin / d;
    if (begin >= n) return;
    const uint64_t found = place + lane < count ? row_of(place + lane) : row_of.v;
    const O start = found < row_of.v ? found * d : ~O(0);
    uint32_t column = uint32_t(begin - place * d) + lane, row = column / d;
    column -= row * d;
    T* const to = rows + begin + lane;
    const uint32_t left = uint32_t(min(n - begin, I(32 * FLAT)));
#pragma unroll 1
    for (uint32_t first = lane; first < 32 * FLAT + lane; first += 32 * HELD) {
        T held[HELD];
#pragma unroll
        for (uint32_t k = 0; k < HELD; ++k) {
            const O from = __shfl_sync(FULL, start, row);
            held[k] = T(0.0f);
            if (from != ~O(0)) held[k] = table[from + column];
            row += rows_on, column += columns_on;
            if (column >= d) column -= d, ++row;
        }
#pragma unroll
        for (uint32_t k = 0; k < HELD; ++k) {
            if (first + 32 * k < left) to[first - lane + 32 * k] = held[k];
        }
    }
}

}  // namespace prism

template <typename T>
__device__ void table_rows(const T* table,        // [v, d]
                           const int32_t* idx32,  // [s]
                           const int64_t* idx64,  // [l]
                           T* rows,               // [s + l, d]
                           uint64_t* fault,       // [1]
                           uint32_t allow_negative, uint64_t v, uint32_t d, uint64_t s, uint64_t l) {
    auto* const first = reinterpret_cast<unsigned long long*>(fault);
    const prism::TableRow row_of = {idx32, idx64, first, v, s > 0, allow_negative != 0};
    if (d == 0) {  // nothing to copy, but indices to judge
        const uint64_t place = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
        if (place < s + l) row_of(place);
        return;
    }
    prism::counted((s + l) * d, [&](auto zero) {
        using I = decltype(zero);
        const I count = s + l, n = count * d;
        if (d % prism::Packed<T>::COUNT == 0)
            prism::gather<T, prism::Packed<T>>(table, row_of, rows, n, d);
        else if (d < prism::SHARED)
            prism::gather<T, T>(table, row_of, rows, n, d);
        else
            prism::counted(v * d,
                           [&](auto zero) { prism::gather_shared<T, decltype(zero)>(table, row_of, rows, count, d); });
    });
}
