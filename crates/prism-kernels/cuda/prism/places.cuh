// Where the elements of a row lie among the packs of the threads that work on it.
#pragma once
#include "prism/group.cuh"
#include "prism/pack.cuh"

namespace prism {

// Packs of 16 bytes that begin at multiples of 16: pack p of every thread of the group lies beside that of the next,
// and the first is where the row begins. Where rows do not begin and end with a pack they have EDGES: a first and a
// last pack of which some elements are not the row's.
template <typename T, typename Place, bool EDGES>
struct Places {
    using W = computed<T>;
    static constexpr int V = Packed<T>::COUNT;
    Group group;
    Place begin, end;  // the row's
    Place sure;        // packs before it are in the array as a whole

    // Row `row` of `rows` of n elements, of which the array has no more; none if it has no such row.
    __device__ Places(const Group& group, uint64_t row, uint64_t rows, uint32_t n) : group(group) {
        begin = EDGES ? Place(row * n % V) : 0;
        end = row < rows ? begin + n : begin;
        sure = EDGES && row + 1 < rows ? (end + V - 1) / V * V : end / V * V;
        // Behind the last row but one there may be less than a pack.
        if (EDGES && row + 1 < rows && sure - end > (rows - row - 1) * n) sure -= V;
    }

    // Where pack p begins.
    __device__ Place place(uint32_t p) const { return (Place(p) * group.size + group.rank) * V; }

    // Whether the row has element v of pack p; all of the pack.
    __device__ bool has(uint32_t p, int v) const {
        const Place at = place(p) + v;
        return at < end && (!EDGES || p > 0 || at >= begin);
    }
    __device__ bool has_all(uint32_t p) const { return has(p, 0) && (!EDGES || has(p, V - 1)); }

    // Puts `outside` in the place of those elements of pack p that the row does not have.
    template <typename X>
    __device__ void mask(uint32_t p, X* some, X outside) const {
        if (has_all(p)) return;
#pragma unroll
        for (int v = 0; v < V; ++v) some[v] = has(p, v) ? some[v] : outside;
    }

    // Pack p of another row, whose first lies at `row`. Where packs of rows are none of memory its elements are loaded
    // singly, else without asking whether the row has them, so that loads go ahead of the work.
    __device__ Packed<T> beside(const T* row, uint32_t p) const {
        if constexpr (!EDGES) return *reinterpret_cast<const Packed<T>*>(row + (place(p) < end ? place(p) : 0));
        const T* const from = row + place(p);
        Packed<T> some;
        if (has_all(p)) {
#pragma unroll
            for (int v = 0; v < V; ++v) some.at[v] = from[v];
        } else {
#pragma unroll
            for (int v = 0; v < V; ++v) some.at[v] = has(p, v) ? from[v] : T(0.0f);
        }
        return some;
    }

    // Writes pack p to `row`.
    __device__ void put(T* row, uint32_t p, const W* wide) const {
        Packed<T> some;
#pragma unroll
        for (int v = 0; v < V; ++v) some.at[v] = narrow<T>(wide[v]);
        if (has_all(p)) {
            store_pack(row + place(p), some);
        } else if (EDGES) {
#pragma unroll
            for (int v = 0; v < V; ++v) {
                if (has(p, v)) row[place(p) + v] = some.at[v];
            }
        }
    }
};

}  // namespace prism
