// Groups of neighbouring threads, and one number of the numbers of theirs.
#pragma once
#include "prism/warp.cuh"

namespace prism {

// The value of the lane whose number differs in the bits of `step`.
template <typename W>
__device__ W shuffle_xor(W value, uint32_t step) {
    return __shfl_xor_sync(FULL, value, step);
}

struct Sum {
    template <typename W>
    __device__ W operator()(W a, W b) const {
        return a + b;
    }
};

struct Max {
    template <typename W>
    __device__ W operator()(W a, W b) const {
        return max(a, b);
    }
};

// A combination of the values of `lanes` neighbouring lanes, a power of two of them. All lanes of the warp must call
// it.
template <typename W, typename F>
__device__ W combined_lanes(W value, uint32_t lanes, F f) {
#pragma unroll
    for (uint32_t step = 16; step; step /= 2) {
        if (step < lanes) value = f(value, shuffle_xor(value, step));
    }
    return value;
}

// The threads that share a row: a power of two of them within a warp, two warps of a block of four, or the block. The
// barriers' numbers are constants: one in a register would take all sixteen of a block, and four blocks then are all
// that a multiprocessor has.
struct Group {
    uint32_t size, rank;  // its threads, and this one among them
    double* scratch;      // twice 16 bytes for every warp of the block
    uint32_t turn = 0;

    __device__ Group(uint32_t size, double* scratch) : size(size), rank(threadIdx.x & (size - 1)), scratch(scratch) {}

    // A combination of one value from each thread, in an order that does not change; all get it.
    template <typename W, typename F>
    __device__ W combined(W value, F f) {
        value = combined_lanes(value, min(size, 32u), f);
        if (size <= 32) return value;
        // Two places in turn: nobody writes one before all have read it, with one barrier.
        W* const all = reinterpret_cast<W*>(scratch + 64 * turn);
        turn ^= 1;
        if (threadIdx.x % 32 == 0) all[threadIdx.x / 32] = value;
        wait();
        const W* const own = all + (threadIdx.x - rank) / 32;
        return combined_lanes(own[threadIdx.x & (size / 32 - 1)], size / 32, f);
    }

  private:
    __device__ void wait() const {
        if (size != 64)
            __syncthreads();
        else if (threadIdx.x < 64)
            asm volatile("bar.sync 1, 64;" ::: "memory");
        else
            asm volatile("bar.sync 2, 64;" ::: "memory");
    }
};

}  // namespace prism
