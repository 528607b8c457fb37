// Rows that threads hold while passes go over them, and rows that are too long for that.
#pragma once
#include <type_traits>

#include "prism/copy_async.cuh"
#include "prism/places.cuh"

namespace prism {

// What a thread holds of a row: PACKS packs as values of S in its registers and, with BEYOND, further ones in shared
// memory as they came. What a pass makes of the elements STAYS for the next where S is what arithmetic is done in.
template <typename T, typename S, int PACKS, bool EDGES, bool BEYOND = false>
struct Held : Places<T, uint32_t, EDGES> {
    using Base = Places<T, uint32_t, EDGES>;
    using Base::V, Base::begin, Base::end, Base::sure, Base::group;
    using typename Base::W;
    static constexpr bool STAYS = std::is_same_v<S, W>;
    static_assert(!BEYOND || std::is_same_v<S, T>, "packs in shared memory stay as they came");
    S x[PACKS * V];
    Packed<T>* const beyond;
    uint32_t count;  // packs of each thread

    // Takes the row of `places` from `row`, where its first pack begins; all else is `outside`. Packs are loaded whole,
    // with what lies beside the row, and all loads go ahead of what is made of them.
    __device__ Held(const Base& places, W outside, const T* row, Packed<T>* beyond) : Base(places), beyond(beyond) {
        count = BEYOND ? max(uint32_t(PACKS), (end + group.size * V - 1) / (group.size * V)) : PACKS;
        Packed<T> some[PACKS], last;
        if (begin < end && sure > 0) {
            for (uint32_t p = PACKS; p < count; ++p) copy_async(slot(p), row + known(p), true);
#pragma unroll
            for (int p = 0; p < PACKS; ++p) some[p] = load_pack<true>(row + known(p));
        }
        if (EDGES && begin < end && sure < end) {
#pragma unroll
            for (int v = 0; v < V; ++v) last.at[v] = row[min(sure + v, end - 1)];
        }
        const auto settle = [&](uint32_t p, Packed<T>& pack) {
            if (EDGES && Base::place(p) >= sure) pack = last;
            Base::mask(p, pack.at, T(outside));
        };
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            if (!Base::has_all(p)) settle(p, some[p]);
#pragma unroll
            for (int v = 0; v < V; ++v) x[p * V + v] = STAYS ? S(widen(some[p].at[v])) : S(some[p].at[v]);
        }
        if (!BEYOND) return;
        wait_for_all_copies();
        for (uint32_t p = PACKS; p < count; ++p) {
            if (Base::has_all(p)) continue;
            Packed<T> pack = *slot(p);
            settle(p, pack);
            *slot(p) = pack;
        }
    }

    // Calls f(p, its elements) for every pack, also where the row has none of it.
    template <typename F>
    __device__ void packs(F f) {
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            if (!is_void(p)) one(p, x + p * V, f);
        }
        if (!BEYOND) return;
#pragma unroll(sizeof(T) == 4 ? 2 : 1)
        for (uint32_t p = PACKS; p < count; ++p) {
            Packed<T> pack = *slot(p);
            one(p, reinterpret_cast<S*>(pack.at), f);
            if (STAYS) *slot(p) = pack;
        }
    }

    // Writes to `row` what f(p, its elements) makes of the packs.
    template <typename F>
    __device__ void store(T* row, F f) {
        if constexpr (STAYS && !BEYOND) {
            packs(f);
            packs([&](uint32_t p, const W* some) { Base::put(row, p, some); });
        } else {
            packs([&](uint32_t p, W* some) {
                f(p, some);
                Base::put(row, p, some);
            });
        }
    }

  private:
    // Where to load pack p from: where it lies, or where there is any.
    __device__ uint32_t known(uint32_t p) const { return Base::place(p) < sure ? Base::place(p) : 0; }

    __device__ Packed<T>* slot(uint32_t p) const { return beyond + ((p - PACKS) * group.size + group.rank); }

    // Whether no thread of the group has any of pack p: with EDGES there is one more than most rows need.
    __device__ bool is_void(int p) const { return EDGES && !BEYOND && p == PACKS - 1 && end <= p * group.size * V; }

    template <typename F>
    static __device__ void one(uint32_t p, S* some, F f) {
        if constexpr (STAYS) {
            f(p, some);
        } else {
            W wide[V];
#pragma unroll
            for (int v = 0; v < V; ++v) wide[v] = widen(some[v]);
            f(p, wide);
        }
    }
};

// A row that every pass reads anew.
template <typename T>
struct Reread : Places<T, uint64_t, true> {
    using Base = Places<T, uint64_t, true>;
    using Base::V, Base::end, Base::sure;
    using typename Base::W;
    static constexpr bool STAYS = false;
    const T* const row;
    const W outside;

    __device__ Reread(const Base& places, W outside, const T* row) : Base(places), row(row), outside(outside) {}

    // Calls f(p, its elements) for every pack.
    template <typename F>
    __device__ void packs(F f) {
        for (uint32_t p = 0; Base::place(p) < end; ++p) {
            const uint64_t at = Base::place(p);
            Packed<T> pack;
            if (at < sure) {
                pack = load_pack<false>(row + at);
            } else {
#pragma unroll
                for (int v = 0; v < V; ++v) pack.at[v] = row[min(at + v, end - 1)];
            }
            W wide[V];
#pragma unroll
            for (int v = 0; v < V; ++v) wide[v] = widen(pack.at[v]);
            Base::mask(p, wide, outside);
            f(p, wide);
        }
    }

    // Writes to `row` what f(p, its elements) makes of the packs.
    template <typename F>
    __device__ void store(T* row, F f) {
        packs([&](uint32_t p, W* some) {
            f(p, some);
            Base::put(row, p, some);
        });
    }
};

}  // namespace prism
