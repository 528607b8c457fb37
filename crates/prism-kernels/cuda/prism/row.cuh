// Rows that a group of threads holds in its registers while it works on them.
#pragma once
#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

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

// THREADS neighbouring threads of a block of 1024 that work on one row.
template <int THREADS>
struct Group {
    static constexpr int SIZE = THREADS;

    static __device__ uint32_t rank() { return threadIdx.x % THREADS; }

    static __device__ void wait() {
        // Barrier 0 is the whole block's.
        if (THREADS == 1024)
            __syncthreads();
        else if (THREADS > 32)
            asm volatile("bar.sync %0, %1;" ::"r"(threadIdx.x / THREADS + 1), "n"(THREADS) : "memory");
    }

    // A combination of one value from each thread, in an order that does not change; all get it. `shared` has a place
    // for every warp of the block.
    template <typename W, typename F>
    static __device__ W combined(W value, W* shared, F f) {
#pragma unroll
        for (int step = 16; step; step /= 2) value = f(value, __shfl_xor_sync(FULL, value, step));
        if (THREADS == 32) return value;
        W* const own = shared + threadIdx.x / THREADS * (THREADS / 32);
        wait();
        if (threadIdx.x % 32 == 0) own[rank() / 32] = value;
        wait();
        value = own[threadIdx.x % (THREADS / 32)];
#pragma unroll
        for (int step = THREADS / 64; step; step /= 2) value = f(value, __shfl_xor_sync(FULL, value, step));
        return value;
    }
};

// The eight elements of a row, or of 8·THREADS neighbours of it, that a thread holds, V neighbours at a time.
template <typename T, typename Group, int V>
struct Held {
    using W = computed<T>;
    W x[8];
    uint32_t n;

    static __device__ uint32_t place(int e) { return (e / V * Group::SIZE + Group::rank()) * V + e % V; }

    // What is behind the n-th element is `outside`.
    __device__ Held(const T* row, uint32_t n, W outside) : n(n) {
#pragma unroll
        for (int e = 0; e < 8; e += V) {
            const uint32_t at = place(e);
            if constexpr (V > 1) {
                Packed<T> pack;
                if (at < n) pack = *reinterpret_cast<const Packed<T>*>(row + at);
#pragma unroll
                for (int v = 0; v < V; ++v) x[e + v] = at < n ? W(widen(pack.at[v])) : outside;
            } else {
                x[e] = at < n ? W(widen(row[at])) : outside;
            }
        }
    }

    // Writes f(element, its place) for every element.
    template <typename F>
    __device__ void store(T* row, F f) const {
#pragma unroll
        for (int e = 0; e < 8; e += V) {
            const uint32_t at = place(e);
            if (at >= n) continue;
            if constexpr (V > 1) {
                Packed<T> pack;
#pragma unroll
                for (int v = 0; v < V; ++v) pack.at[v] = narrow<T>(f(x[e + v], at + v));
                *reinterpret_cast<Packed<T>*>(row + at) = pack;
            } else {
                row[at] = narrow<T>(f(x[e], at));
            }
        }
    }
};

// How a row is shared out: by a group, V neighbours a load.
template <typename T, typename G, int V>
struct Shared {
    using Group = G;
    using Row = Held<T, G, V>;
    static constexpr uint32_t PART = 8 * G::SIZE;  // what a group holds at once

    // Calls f(a part of the row, where it begins) for every part but the first.
    template <typename F>
    static __device__ void others(const T* row, uint32_t n, computed<T> outside, F f) {
        for (uint32_t at = PART; at < n; at += PART) f(Row(row + at, min(n - at, PART), outside), at);
    }
};

// One element a load, where packs would not begin at multiples of their size.
struct Single {
    static constexpr int COUNT = 1;
};

// Calls f(row number, a Shared) for the row of this thread's group in a block of 1024: the smallest group that holds
// the row at once, or the whole block.
template <typename T, typename F>
__device__ void each_row(uint64_t rows, uint32_t n, F f) {
    auto by = [&](auto shared) {
        using S = decltype(shared);
        const uint64_t row = uint64_t(blockIdx.x) * (1024 / S::Group::SIZE) + threadIdx.x / S::Group::SIZE;
        if (row < rows) f(row, shared);
    };
    auto of = [&](auto aligned) {
        constexpr int V = decltype(aligned)::COUNT;
        if (n <= 256)
            by(Shared<T, Group<32>, V>());
        else if (n <= 1024)
            by(Shared<T, Group<128>, V>());
        else if (n <= 4096)
            by(Shared<T, Group<512>, V>());
        else
            by(Shared<T, Group<1024>, V>());
    };
    if (n % Packed<T>::COUNT == 0)
        of(Packed<T>());
    else
        of(Single());
}

}  // namespace prism
