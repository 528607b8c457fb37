// Rows that groups of neighbouring threads hold in their registers while they work on them, each group's next rows on
// their way into shared memory meanwhile.
#pragma once
#include "prism/copy_async.cuh"
#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

// N neighbouring elements, moved together.
template <typename T, int N>
struct alignas(N * sizeof(T)) Pack {
    T at[N];
};

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

// The threads that share a row: a power of two of them, up to a block of 512.
struct Group {
    uint32_t size, rank, number;  // its threads, this one among them, the group in its block
    double* scratch;              // twice 16 bytes for every warp of the block
    uint32_t turn = 0;

    __device__ Group(uint32_t size, double* scratch)
        : size(size), rank(threadIdx.x % size), number(threadIdx.x / size), scratch(scratch) {}

    // A combination of one value from each thread, in an order that does not change; all get it.
    template <typename W, typename F>
    __device__ W combined(W value, F f) {
        for (uint32_t step = min(size, 32u) / 2; step; step /= 2) value = f(value, shuffle_xor(value, step));
        if (size <= 32) return value;
        // Two places in turn: nobody writes one before all have read it, with one barrier.
        W* const own = reinterpret_cast<W*>(scratch + 64 * turn) + number * (size / 32);
        turn ^= 1;
        if (threadIdx.x % 32 == 0) own[rank / 32] = value;
        asm volatile("bar.sync %0, %1;" ::"r"(number), "r"(size) : "memory");
        value = own[threadIdx.x % (size / 32)];
        for (uint32_t step = size / 64; step; step /= 2) value = f(value, shuffle_xor(value, step));
        return value;
    }
};

// The E elements of a row, or of E·size neighbours of it, that a thread holds, V neighbours at a time.
template <typename T, int E, int V>
struct Held {
    using W = computed<T>;
    W x[E];
    uint32_t n;  // elements of the group's part of the row
    Group group;

    __device__ explicit Held(const Group& group) : n(0), group(group) {}

    __device__ uint32_t place(int e) const { return (e / V * group.size + group.rank) * V + e % V; }
    __device__ uint32_t part() const { return E * group.size; }

    // Calls f(element) for those that there are.
    template <typename F>
    __device__ void each(F f) const {
#pragma unroll
        for (int e = 0; e < E; ++e) {
            if (place(e) < n) f(x[e]);
        }
    }

    // Takes packs from where `pack(number, place in the row)` has them; what is behind the n-th element is `outside`.
    template <typename F>
    __device__ void fill(uint32_t count, W outside, F pack) {
        n = min(count, part());
#pragma unroll
        for (int e = 0; e < E; e += V) {
            const uint32_t at = place(e);
            Pack<T, V> some;
            if (at < n) some = pack(e / V, at);
#pragma unroll
            for (int v = 0; v < V; ++v) x[e + v] = at < n ? W(widen(some.at[v])) : outside;
        }
    }

    __device__ void load(const T* row, uint32_t count, W outside) {
        fill(count, outside, [&](int, uint32_t at) { return *reinterpret_cast<const Pack<T, V>*>(row + at); });
    }

    // Writes f(element, its place, its number in the thread) for every element.
    template <typename F>
    __device__ void store(T* row, F f) const {
#pragma unroll
        for (int e = 0; e < E; e += V) {
            const uint32_t at = place(e);
            if (at >= n) continue;
            Pack<T, V> some;
#pragma unroll
            for (int v = 0; v < V; ++v) some.at[v] = narrow<T>(f(x[e + v], at + v, e + v));
            *reinterpret_cast<Pack<T, V>*>(row + at) = some;
        }
    }
};

// What a thread has in shared memory for parts to come, where they are staged.
constexpr uint32_t STAGED = 256;

// The parts of the rows of a group in the order in which they are worked on: all parts of a row, `passes` times where
// there is more than one, then those of the next row.
struct Parts {
    uint64_t row, stride;
    uint32_t n, part, passes, at = 0, pass = 0;

    __device__ void advance() {
        at += part;
        if (at < n) return;
        at = 0;
        if (++pass < passes) return;
        pass = 0;
        row += stride;
    }
};

// Passes over the parts of a row: each call holds every part in turn and calls f(where it begins).
template <typename Held, typename Next>
struct Passes {
    Held& held;
    Next next;
    uint32_t n;
    bool is_first = true;

    template <typename F>
    __device__ void operator()(F f) {
        const uint32_t part = held.part();
        for (uint32_t at = 0; at == 0 || at < n; at += part) {
            // A row of one part stays held.
            if (!is_first && n > part) next(at);
            is_first = false;
            f(at);
        }
    }
};

// Calls f(row, held, next) for the rows of this thread's group in turn, and for one row behind the last, of no
// elements, where other groups of its warp have more. The first part of the row is held; `next(at)` holds the part that
// begins at `at`, in the order of Parts. Threads read in shared memory only what they copied there themselves.
template <int E, int V, typename T, typename F>
__device__ void rows_in_turn(const T* x, uint64_t rows, uint32_t n, computed<T> outside, uint32_t passes, Group group,
                             bool staged, F f) {
    extern __shared__ char shared[];
    constexpr int PACKS = E / V, STAGES = STAGED / (E * sizeof(T));
    Held<T, E, V> held(group);
    const uint32_t groups = blockDim.x / group.size, of_warp = max(32 / group.size, 1u);
    const uint64_t stride = uint64_t(gridDim.x) * groups, first = uint64_t(blockIdx.x) * groups + group.number;
    Pack<T, V>* const own = reinterpret_cast<Pack<T, V>*>(shared) + threadIdx.x;
    Parts ahead{first, stride, n, held.part(), n > held.part() ? passes : 1};
    auto stage = [&](uint32_t s) {
        const T* const from = x + ahead.row * n + ahead.at;
        const uint32_t count = ahead.row < rows ? n - ahead.at : 0;
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            const uint32_t at = held.place(p * V);
            if (at < count) copy_async(own + (s * PACKS + p) * blockDim.x, from + at, true);
        }
        commit_copies();
        ahead.advance();
    };
    staged = staged && V > 1;
    if constexpr (V > 1) {
        for (uint32_t s = 0; staged && s < STAGES; ++s) stage(s);
    }
    uint32_t s = 0;
    for (uint64_t row = first; row - group.number % of_warp < rows; row += stride) {
        auto next = [&](uint32_t at) {
            const uint32_t count = row < rows ? n - at : 0;
            if constexpr (V > 1) {
                if (staged) {
                    wait_for_copies<STAGES - 1>();
                    held.fill(count, outside, [&](int p, uint32_t) { return own[(s * PACKS + p) * blockDim.x]; });
                    stage(s);
                    s = s + 1 == STAGES ? 0 : s + 1;
                    return;
                }
            }
            held.load(x + row * n + at, count, outside);
        };
        next(0);
        f(row, held, next);
    }
}

// The same with as many threads a row, and elements a thread, as the row's length asks for.
template <typename T, typename F>
__device__ void each_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, uint32_t passes, bool staged,
                         F f) {
    constexpr int FEW = 8, MANY = sizeof(T) == 8 ? 16 : 32, COUNT = Packed<T>::COUNT;
    __shared__ double scratch[128];
    const uint32_t each = n <= 32 * FEW ? FEW : MANY;
    uint32_t size = 1;
    while (size < blockDim.x && size * each < n) size *= 2;
    const Group group(size, scratch);
    if (n % COUNT == 0) {
        if (each == FEW)
            rows_in_turn<FEW, COUNT>(x, rows, n, outside, passes, group, staged, f);
        else
            rows_in_turn<MANY, COUNT>(x, rows, n, outside, passes, group, staged, f);
    } else {
        if (each == FEW)
            rows_in_turn<FEW, 1>(x, rows, n, outside, passes, group, false, f);
        else
            rows_in_turn<MANY, 1>(x, rows, n, outside, passes, group, false, f);
    }
}

}  // namespace prism
