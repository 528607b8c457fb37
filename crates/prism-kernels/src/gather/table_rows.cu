#include "prism/element.cuh"
#include "prism/flat.cuh"

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
        const decltype(zero) n = (s + l) * d;
        if (d % prism::Packed<T>::COUNT == 0)
            prism::gather<T, prism::Packed<T>>(table, row_of, rows, n, d);
        else
            prism::gather<T, T>(table, row_of, rows, n, d);
    });
}
