// The k smallest values a warp has met, spread over its lanes.
#pragma once
#include <cstdint>

#include "prism/warp.cuh"

namespace prism {

// Lane l holds the l-th and, for k above 32, the (l + 32)-th smallest value met: k up to 64.
// With IDENTITY it also keeps who they are: equal values are ordered by `rank`, and `place` is carried along.
// All lanes of the warp must call every function together.
template <typename T, bool IDENTITY>
struct TopK {
    T low = infinity<T>(), high = infinity<T>();
    int32_t low_rank = 0x7fffffff, high_rank = 0x7fffffff;
    uint32_t low_place = ~0u, high_place = ~0u;

    // Inserts one value, the same on every lane; what is beyond the greatest place falls out.
    __device__ void insert(T value, int32_t rank, uint32_t place, uint32_t k) {
        const unsigned at = __popc(__ballot_sync(FULL, before(low, low_rank, value, rank)));
        if (k > 32) {
            T carried = value;
            int32_t carried_rank = rank;
            uint32_t carried_place = place;
            if (at < 32) {
                carried = __shfl_sync(FULL, low, 31);
                carried_rank = __shfl_sync(FULL, low_rank, 31);
                carried_place = __shfl_sync(FULL, low_place, 31);
            }
            const unsigned above = __popc(__ballot_sync(FULL, before(high, high_rank, carried, carried_rank)));
            shift_in(high, high_rank, high_place, above, carried, carried_rank, carried_place);
        }
        shift_in(low, low_rank, low_place, at, value, rank, place);
    }

    // The k-th smallest value, k from 1.
    __device__ T kth(uint32_t k) const {
        return k <= 32 ? __shfl_sync(FULL, low, k - 1) : __shfl_sync(FULL, high, k - 33);
    }

    // Lists kept in shared memory between uses.
    struct Kept {
        T low[32], high[32];
        int32_t low_rank[IDENTITY ? 32 : 1], high_rank[IDENTITY ? 32 : 1];
        uint32_t low_place[IDENTITY ? 32 : 1], high_place[IDENTITY ? 32 : 1];
    };

    __device__ void keep(Kept& kept, uint32_t k) const {
        const unsigned lane = threadIdx.x % 32;
        kept.low[lane] = low;
        if (k > 32) kept.high[lane] = high;
        if (IDENTITY) {
            kept.low_rank[lane] = low_rank, kept.high_rank[lane] = high_rank;
            kept.low_place[lane] = low_place, kept.high_place[lane] = high_place;
        }
        __syncwarp();
    }

    __device__ void recall(const Kept& kept, uint32_t k) {
        const unsigned lane = threadIdx.x % 32;
        low = kept.low[lane];
        if (k > 32) high = kept.high[lane];
        if (IDENTITY) {
            low_rank = kept.low_rank[lane], high_rank = kept.high_rank[lane];
            low_place = kept.low_place[lane], high_place = kept.high_place[lane];
        }
    }

  private:
    static __device__ bool before(T held, int32_t held_rank, T value, int32_t rank) {
        return held < value || (held == value && (!IDENTITY || held_rank < rank));
    }

    static __device__ void shift_in(T& held, int32_t& held_rank, uint32_t& held_place, unsigned at, T value,
                                    int32_t rank, uint32_t place) {
        const unsigned lane = threadIdx.x % 32;
        const T left = __shfl_up_sync(FULL, held, 1);
        held = lane > at ? left : lane == at ? value : held;
        if (IDENTITY) {
            const int32_t left_rank = __shfl_up_sync(FULL, held_rank, 1);
            const uint32_t left_place = __shfl_up_sync(FULL, held_place, 1);
            held_rank = lane > at ? left_rank : lane == at ? rank : held_rank;
            held_place = lane > at ? left_place : lane == at ? place : held_place;
        }
    }
};

}  // namespace prism
