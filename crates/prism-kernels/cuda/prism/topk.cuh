// The k smallest values a warp has met, spread over its lanes.
#pragma once
#include <cstdint>

namespace prism {

constexpr unsigned FULL = 0xffffffffu;

template <typename T> __device__ constexpr T infinity() { return T(__builtin_huge_val()); }

// Lane l holds the l-th and (l+32)-th smallest values so far, with their indices: k up to 64.
// All lanes of the warp must call every function together.
template <typename T> struct TopK {
    T low = infinity<T>(), high = infinity<T>();
    uint32_t low_index = ~0u, high_index = ~0u;

    // Inserts one value, the same on every lane; the greatest held value falls out.
    __device__ void insert(T value, uint32_t index) {
        const unsigned lane = threadIdx.x % 32;
        const unsigned place = __popc(__ballot_sync(FULL, low <= value));
        if (place < 32) {
            const T carried = __shfl_sync(FULL, low, 31);
            const uint32_t carried_index = __shfl_sync(FULL, low_index, 31);
            shift_in(low, low_index, lane, place, value, index);
            value = carried;
            index = carried_index;
        }
        const unsigned second = __popc(__ballot_sync(FULL, high <= value));
        if (second < 32) shift_in(high, high_index, lane, second, value, index);
    }

    // The k-th smallest value, k from 1.
    __device__ T kth(uint32_t k) const {
        return k <= 32 ? __shfl_sync(FULL, low, k - 1) : __shfl_sync(FULL, high, k - 33);
    }

  private:
    static __device__ void shift_in(T& held, uint32_t& held_index, unsigned lane, unsigned place, T value, uint32_t index) {
        const T left = __shfl_up_sync(FULL, held, 1);
        const uint32_t left_index = __shfl_up_sync(FULL, held_index, 1);
        if (lane > place) {
            held = left;
            held_index = left_index;
        } else if (lane == place) {
            held = value;
            held_index = index;
        }
    }
};

}  // namespace prism
