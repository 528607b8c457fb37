// What a thread holds of a row in its registers.
#pragma once
#include "prism/group.cuh"
#include "prism/pack.cuh"

namespace prism {

// The E elements of a row, or of E·size neighbours of it, that a thread holds, in packs of 16 bytes that begin at
// multiples of 16. Where rows do not begin and end with a pack they have EDGES: packs of which some elements are not
// the row's.
template <typename T, int E, bool EDGES>
struct Held {
    using W = computed<T>;
    static constexpr int V = Packed<T>::COUNT, PACKS = E / V;
    static constexpr uint32_t ALL = (1u << V) - 1;
    W x[E];
    uint32_t there = 0;  // how many packs the thread has; with EDGES a bit for every element that is the row's
    Group group;

    __device__ explicit Held(const Group& group) : group(group) {}

    // The elements that the group holds, and where a pack lies among them.
    __device__ uint32_t part() const { return E * group.size; }
    __device__ uint32_t place(int p) const { return (p * group.size + group.rank) * V; }

    // Takes note that of the group's elements the row has `begin` to `end`.
    __device__ void note(uint32_t begin, uint32_t end) {
        there = 0;
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            const uint32_t at = place(p);
            if (at >= end) continue;
            if (!EDGES) {
                ++there;
            } else {
                const uint32_t skipped = at < begin ? begin - at : 0, met = min(end - at, uint32_t(V));
                there |= ((1u << met) - (1u << skipped)) << (p * V);
            }
        }
    }

    // Whether the row has element e; all of pack p.
    __device__ bool has(int e) const { return EDGES ? there >> e & 1 : e / V < there; }
    __device__ bool has_all(int p) const { return EDGES ? (there >> (p * V) & ALL) == ALL : p < there; }

    // Calls f(element, its number in the thread) for those that the row has.
    template <typename F>
    __device__ void each(F f) {
#pragma unroll
        for (int e = 0; e < E; ++e) {
            if (has(e)) f(x[e], e);
        }
    }

    // Takes the elements from `row`, where the first pack begins; what the row does not have is `outside`. All loads go
    // ahead of what is made of them: whole packs are loaded without asking, those that are none for a second time.
    template <bool ONCE>
    __device__ void fill(W outside, const T* row) {
        Packed<T> some[PACKS];
        if (there) {
#pragma unroll
            for (int p = 0; p < PACKS; ++p) {
                if constexpr (!EDGES) {
                    some[p] = load_pack<ONCE>(row + (has_all(p) ? place(p) : place(0)));
                } else if (has_all(p)) {
                    some[p] = load_pack<ONCE>(row + place(p));
                } else {
#pragma unroll
                    for (int v = 0; v < V; ++v) {
                        if (has(p * V + v)) some[p].at[v] = row[place(p) + v];
                    }
                }
            }
        }
#pragma unroll
        for (int e = 0; e < E; ++e) x[e] = has(e) ? W(widen(some[e / V].at[e % V])) : outside;
    }

    // Pack p of another row, whose first lies at `row`. Where the row has none of it, it is any: to load without asking
    // lets loads go ahead of the work.
    __device__ Packed<T> beside(const T* row, int p) const {
        if constexpr (!EDGES) {
            return *reinterpret_cast<const Packed<T>*>(row + (p < there ? place(p) : 0));
        } else {
            Packed<T> some;
#pragma unroll
            for (int v = 0; v < V; ++v) some.at[v] = has(p * V + v) ? row[place(p) + v] : T(0.0f);
            return some;
        }
    }

    // Writes the packs after f(p) has changed all of them.
    template <typename F>
    __device__ void store(T* row, F f) {
#pragma unroll
        for (int p = 0; p < PACKS; ++p) f(p);
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            Packed<T> some;
#pragma unroll
            for (int v = 0; v < V; ++v) some.at[v] = narrow<T>(x[p * V + v]);
            if (has_all(p)) {
                store_pack(row + place(p), some);
            } else if (EDGES) {
#pragma unroll
                for (int v = 0; v < V; ++v) {
                    if (has(p * V + v)) row[place(p) + v] = some.at[v];
                }
            }
        }
    }
};

}  // namespace prism
