// The elements of a column that a thread takes, and one number of what the threads of a column make of theirs.
#pragma once
#include "prism/element.cuh"

namespace prism {

// The elements rank, rank + step, … of a column of n. Where threads have no more than HELD, they stay in registers;
// else so many at a time are read anew for each pass.
template <typename T, int HELD>
struct Column {
    using W = computed<T>;
    const T* first;
    uint64_t count, jump;  // elements of this thread, and how far apart they lie
    bool stays;            // the same for all threads of a column
    W x[HELD];

    __device__ Column(const T* column, uint64_t n, uint64_t i, uint32_t rank, uint32_t step)
        : first(column + rank * i),
          count(rank < n ? (n - rank - 1) / step + 1 : 0),
          jump(step * i),
          stays(n <= uint64_t(HELD) * step) {
        if (stays) load(first, uint32_t(count));
    }

    // Calls f(element, its number) for all.
    template <typename F>
    __device__ void each(F f) {
        const T* from = first;
        for (uint64_t done = 0; done < count; done += HELD, from += HELD * jump) {
            const uint32_t some = uint32_t(min(count - done, uint64_t(HELD)));
            if (!stays) load(from, some);
#pragma unroll
            for (int k = 0; k < HELD; ++k) {
                if (k < some) f(x[k], done + k);
            }
        }
    }

  private:
    __device__ void load(const T* from, uint32_t some) {
#pragma unroll
        for (int k = 0; k < HELD; ++k, from += jump) {
            if (k < some) x[k] = widen(*from);
        }
    }
};

// One number of the numbers of threads that lie `width` apart, in an order of one shape, on all of them. All threads of
// the block, a power of two up to 1024, must call it.
template <typename W, typename F>
__device__ W combined_in_columns(W value, uint32_t width, W (&shared)[1024], F f) {
    shared[threadIdx.x] = value;
    for (uint32_t above = blockDim.x / 2; above >= width; above /= 2) {
        __syncthreads();
        if (threadIdx.x < above) shared[threadIdx.x] = f(shared[threadIdx.x], shared[threadIdx.x + above]);
    }
    __syncthreads();
    const W all = shared[threadIdx.x % width];
    __syncthreads();
    return all;
}

}  // namespace prism
