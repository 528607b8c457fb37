// Columns side by side that the threads of a block hold in their registers while they work on them.
#pragma once
#include "prism/group.cuh"
#include "prism/pack.cuh"

namespace prism {

// The threads of a block of columns.
constexpr uint32_t COLUMN_THREADS = 512;

// What the threads of a block combine their numbers in.
struct ColumnScratch {
    double at[2][COLUMN_THREADS];
};

// The logarithm of a power of two.
__device__ inline uint32_t log_of(uint32_t power) { return 31 - __clz(power); }

// What a thread has of V neighbouring columns of n rows. All columns lie side by side, those of one index before the
// axis behind those of the one before. Of a block's `width` of them, a power of two, its threads take V each as far as
// they go; below each other they share out the rows in turn, and hold up to 32 words of 32 bits at a time.
template <typename T, int V>
struct Columns {
    using W = computed<T>;
    // Two of 16 bits are one word: as two they would take a register each.
    using Some = std::conditional_t<V == 1, T, uint32_t>;
    // Rows are taken FEW at a time, so that short columns cost no more than they need.
    static constexpr int ROWS = sizeof(T) == 8 ? 16 : 32, FEW = sizeof(Some) == 2 ? 4 : ROWS / 4;
    Some held[ROWS];
    uint32_t across;           // threads side by side
    bool is_inside;            // whether the thread has a column
    uint64_t n, first, jump;   // the place of the thread's first element; how far apart its rows lie
    uint64_t done = 0;         // its rows before those that are held
    uint32_t there = 0, most;  // how many are held; how many a thread of the block holds at most
    bool backwards = false;    // whether the next pass goes from the last rows to the first
    uint32_t turn = 0;
    ColumnScratch& scratch;

    // `column` is the first of the block's, `columns` how many there are in all.
    __device__ Columns(uint32_t width, uint64_t column, uint64_t columns, uint64_t n, uint64_t i,
                       ColumnScratch& scratch)
        : across(width / V), n(n), scratch(scratch) {
        column += (threadIdx.x & (across - 1)) * V;
        is_inside = column < columns;
        const uint64_t outer = (column | i) >> 32 ? column / i : uint32_t(column) / uint32_t(i);
        first = (outer * n + rank()) * i + (column - outer * i);
        jump = ranks() * i;
    }

    // The thread's place below others, and how many lie below each other.
    __device__ uint32_t rank() const { return threadIdx.x >> log_of(across); }
    __device__ uint32_t ranks() const { return COLUMN_THREADS >> log_of(across); }

    // Takes rows of x from `done` on; what there is none of is `outside`.
    __device__ void load(const T* x, T outside) {
        const uint64_t left = n - done * ranks();
        const auto held_of = [&](uint64_t rows) {
            return uint32_t(min((rows + ranks() - 1) >> log_of(ranks()), uint64_t(ROWS)));
        };
        most = held_of(left);
        there = is_inside && rank() < left ? held_of(left - rank()) : 0;
        const Some none = together(outside, outside);
        const T* from = x + (first + done * jump);
#pragma unroll
        for (int k = 0; k < ROWS; ++k, from += jump) {
            held[k] = none;
            if (k < there) held[k] = *reinterpret_cast<const Some*>(from);
        }
        // Else the compiler asks once for a row's load and its use, and they wait for each other.
        asm volatile("" : "+r"(there));
    }

    // Calls f with all rows held, some at a time, those of the last call first.
    template <typename F>
    __device__ void pass(const T* x, T outside, F f) {
        const uint64_t parts = (n - 1) / (uint64_t(ROWS) * ranks()) + 1;
#pragma unroll 1
        for (uint64_t met = 0; met < parts; ++met) {
            const uint64_t next = (backwards ? parts - 1 - met : met) * ROWS;
            if (next != done || there == 0) {
                done = next;
                load(x, outside);
            }
            f();
        }
        backwards = !backwards;
    }

    // Element k of column v.
    __device__ W at(int k, int v) const {
        if constexpr (V == 1) {
            return widen(held[k]);
        } else {
            uint32_t word = held[k];
            // Else the compiler keeps what it has widened, in twice the registers.
            asm volatile("" : "+r"(word));
            const float2 two = widen(*reinterpret_cast<const Pair<T>*>(&word));
            return v ? two.y : two.x;
        }
    }

    // Calls f(k) for the rows that are held, and some that are outside.
    template <typename F>
    __device__ void each_row(F f) const {
#pragma unroll
        for (int some = 0; some < ROWS; some += FEW) {
            if (some < most) {
#pragma unroll
                for (int k = some; k < some + FEW; ++k) f(k);
            }
        }
    }

    // Calls f(element) for those of column v.
    template <typename F>
    __device__ void each(int v, F f) const {
        each_row([&](int k) {
            if (k < there) f(at(k, v));
        });
    }

    // Writes f(element, its column) of each to y.
    template <typename F>
    __device__ void store(T* y, F f) const {
        T* to = y + (first + done * jump);
        uint64_t apart = jump;
        // Else the compiler keeps all addresses of the loads.
        asm volatile("" : "+l"(apart));
        each_row([&](int k) {
            const Some some = together(narrow<T>(f(at(k, 0), 0)), narrow<T>(f(at(k, V - 1), V - 1)));
            if (k < there) *reinterpret_cast<Some*>(to) = some;
            to += apart;
        });
    }

    // A combination of one value from each of the threads below each other, in an order that does not change; all get
    // it. All threads of the block must call it.
    template <typename N, typename F>
    __device__ N combined(N value, F f) {
#pragma unroll
        for (uint32_t step = 16; step; step /= 2) {
            if (step >= across) value = f(value, shuffle_xor(value, step));
        }
        const uint32_t below = min(ranks(), COLUMN_THREADS / 32);
        if (below == 1) return value;
        // Two places in turn: nobody writes one before all have read it, with one barrier.
        N* const all = reinterpret_cast<N*>(scratch.at[turn]);
        turn ^= 1;
        const uint32_t lane = threadIdx.x & (across - 1), apart = max(across, 32);
        if ((threadIdx.x & (apart - 1)) < across) all[(threadIdx.x >> log_of(apart)) * across + lane] = value;
        __syncthreads();
        value = all[lane];
#pragma unroll(sizeof(T) == 8 ? 4 : 1)
        for (uint32_t k = 1; k < below; ++k) value = f(value, all[k * across + lane]);
        return value;
    }

  private:
    static __device__ Some together(T left, T right) {
        if constexpr (V == 1) {
            return left;
        } else {
            const Pair<T> two = {left, right};
            return *reinterpret_cast<const Some*>(&two);
        }
    }
};

// Calls f(columns) with all rows of the block's `width` columns held: at once or, where the block has no room, of fewer
// columns in turn. Columns of 16 bits are pairs; of these it has room for as many as it may be given.
template <typename T, typename F>
__device__ void with_whole_columns(const T* x, T outside, uint32_t width, uint64_t columns, uint64_t n, uint64_t i,
                                   F f) {
    __shared__ ColumnScratch scratch;
    const uint64_t column = uint64_t(blockIdx.x) * width;
    if constexpr (sizeof(T) == 2) {
        Columns<T, 2> of(width, column, columns, n, i, scratch);
        of.load(x, outside);
        f(of);
    } else {
        using Of = Columns<T, 1>;
        uint32_t some = min(width, COLUMN_THREADS);
        while (n * some > Of::ROWS * COLUMN_THREADS) some /= 2;
#pragma unroll 1
        for (uint32_t at = 0; at < width; at += some) {
            if (at) __syncthreads();
            // Else the compiler keeps more from one turn to the next than there is room for.
            uint32_t now = some;
            asm volatile("" : "+r"(now));
            Of of(now, column + at, columns, n, i, scratch);
            of.load(x, outside);
            f(of);
        }
    }
}

// Calls f(columns) for the block's `width` columns, of which passes hold all rows, some at a time.
template <typename T, typename F>
__device__ void with_long_columns(uint32_t width, uint64_t columns, uint64_t n, uint64_t i, F f) {
    __shared__ ColumnScratch scratch;
    Columns<T, 1> of(width, uint64_t(blockIdx.x) * width, columns, n, i, scratch);
    f(of);
}

}  // namespace prism
