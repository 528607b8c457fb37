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

// Writes a pack of 16 bytes at once: the compiler may take a plain assignment apart.
template <typename T>
__device__ void store_pack(T* to, const Packed<T>& pack) {
    __stwb(reinterpret_cast<uint4*>(to), *reinterpret_cast<const uint4*>(&pack));
}

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

    // Whether the row has element e; some of pack p; all of it.
    __device__ bool has(int e) const { return EDGES ? there >> e & 1 : e / V < there; }
    __device__ bool has_some(int p) const { return EDGES ? there >> (p * V) & ALL : p < there; }
    __device__ bool has_all(int p) const { return EDGES ? (there >> (p * V) & ALL) == ALL : p < there; }

    // Calls f(element, its number in the thread) for those that the row has.
    template <typename F>
    __device__ void each(F f) {
#pragma unroll
        for (int e = 0; e < E; ++e) {
            if (has(e)) f(x[e], e);
        }
    }

    // Takes pack p from where `pack(p)` has it; what the row does not have is `outside`.
    template <typename F>
    __device__ void fill(W outside, F pack) {
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            Packed<T> some;
            if (has_some(p)) some = pack(p);
#pragma unroll
            for (int v = 0; v < V; ++v) x[p * V + v] = has(p * V + v) ? W(widen(some.at[v])) : outside;
        }
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

    // Writes each pack after f(p) has changed it.
    template <typename F>
    __device__ void store(T* row, F f) {
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            f(p);
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

// What a thread has in shared memory for parts to come, where they are staged.
constexpr uint32_t STAGED = 128;

// The parts of the rows of a group in the order in which they are worked on: all parts of a row, `passes` times where
// there is more than ONE, then those of the next row. Elements count from the row's first pack.
template <bool ONE, bool EDGES>
struct Parts {
    uint64_t row, rows, stride;
    uint32_t n, part, passes, pack;
    uint32_t pass = 0;
    uint64_t at = 0;

    // The elements between the row's first pack and the row.
    __device__ uint32_t lead() const { return EDGES ? uint32_t(row * n % pack) : 0; }

    // Which elements of the part the row has.
    __device__ uint32_t begin() const { return at == 0 ? lead() : 0; }
    __device__ uint32_t end() const {
        if (row >= rows) return 0;
        return ONE ? lead() + n : uint32_t(min(lead() + uint64_t(n) - at, uint64_t(part)));
    }

    // Where the part begins in the array.
    __device__ uint64_t first() const { return row * n - lead() + at; }

    __device__ void advance() {
        if (!ONE) {
            at += part;
            if (at < lead() + uint64_t(n)) return;
            at = 0;
            if (++pass < passes) return;
            pass = 0;
        }
        row += stride;
    }
};

// Passes over the parts of a row: each call holds every part in turn and calls f(where it begins in the row, which is
// below 0 where the first pack does). A row of ONE part stays held.
template <bool ONE, bool EDGES, typename Next>
struct Passes {
    static constexpr bool STAYS = ONE;
    Parts<ONE, EDGES>& now;
    Next next;

    template <typename F>
    __device__ void operator()(F f) {
        const int64_t lead = now.lead();
        if constexpr (ONE) {
            f(-lead);
        } else {
            for (; now.at == 0 || now.at < lead + uint64_t(now.n); now.at += now.part) {
                next();
                f(int64_t(now.at) - lead);
            }
            now.at = 0;
        }
    }
};

// Calls f(row, held, parts) for the rows of this thread's group in turn, and for one row behind the last, of no
// elements, where other groups of its warp have more; `parts` makes the passes over the row. Threads read in shared
// memory only what they copied there themselves.
template <int E, bool EDGES, bool ONE, typename T, typename F>
__device__ void rows_in_turn(const T* x, uint64_t rows, uint32_t n, computed<T> outside, uint32_t passes, Group group,
                             bool staged, F f) {
    extern __shared__ char shared[];
    constexpr int STAGES = STAGED / (E * sizeof(T)), V = Packed<T>::COUNT, PACKS = E / V;
    Held<T, E, EDGES> held(group);
    const uint32_t groups = blockDim.x / group.size, of_warp = max(32 / group.size, 1u);
    const uint64_t stride = uint64_t(gridDim.x) * groups, first = uint64_t(blockIdx.x) * groups + group.number;
    Packed<T>* const own = reinterpret_cast<Packed<T>*>(shared) + threadIdx.x;
    Parts<ONE, EDGES> now{first, rows, stride, n, held.part(), passes, V}, ahead = now;
    auto stage = [&](uint32_t s) {
        const T* const from = x + ahead.first();
        const uint64_t left = rows * n - ahead.first();
        const uint32_t end = ahead.end();
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            const uint32_t at = held.place(p);
            if (at >= end) continue;
            Packed<T>* const to = own + (s * PACKS + p) * blockDim.x;
            if (!EDGES || at + V <= left)
                copy_async(to, from + at, true);
            else
                for (uint32_t v = 0; v < end - at; ++v) to->at[v] = from[at + v];  // the array ends within the pack
        }
        commit_copies();
        ahead.advance();
    };
    for (uint32_t s = 0; staged && s < STAGES; ++s) stage(s);
    uint32_t s = 0;
    auto next = [&] {
        held.note(now.begin(), now.end());
        if (!staged) {
            const T* const from = x + now.first();
            held.fill(outside, [&](int p) { return held.beside(from, p); });
            return;
        }
        wait_for_copies<STAGES - 1>();
        held.fill(outside, [&](int p) { return own[(s * PACKS + p) * blockDim.x]; });
        stage(s);
        s = s + 1 == STAGES ? 0 : s + 1;
    };
    for (; now.row - group.number % of_warp < rows; now.row += stride) {
        // What follows from the rank is cheap to find anew, and dear to keep in registers from row to row.
        asm volatile("" : "+r"(held.group.rank), "+r"(held.group.size));
        if (ONE) next();
        Passes<ONE, EDGES, decltype(next)> parts{now, next};
        f(now.row, held, parts);
    }
}

// The same with as many threads a row, and elements a thread, as the row's length asks for; rows of several parts are
// passed over `passes` times.
template <typename T, typename F>
__device__ void each_row(const T* x, uint64_t rows, uint32_t n, computed<T> outside, uint32_t passes, bool staged,
                         F f) {
    constexpr int FEW = 8, MANY = sizeof(T) == 8 ? 16 : 32, V = Packed<T>::COUNT;
    constexpr int EDGED = 16;  // the bits of more take too many registers
    __shared__ double scratch[128];
    const bool has_edges = n % V != 0;
    const uint64_t span = has_edges ? uint64_t(n) + V - 1 : n;  // from the first pack's begin, at most
    const bool is_short = span <= 32 * FEW;
    const uint32_t each = is_short ? FEW : has_edges ? EDGED : MANY;
    uint32_t size = 1;
    while (size < blockDim.x && size * each < span) size *= 2;
    const Group group(size, scratch);
    const bool is_one = size * each >= span;
    if (is_short && has_edges)
        rows_in_turn<FEW, true, true>(x, rows, n, outside, passes, group, staged, f);
    else if (is_short)
        rows_in_turn<FEW, false, true>(x, rows, n, outside, passes, group, staged, f);
    else if (is_one && has_edges)
        rows_in_turn<EDGED, true, true>(x, rows, n, outside, passes, group, staged, f);
    else if (is_one)
        rows_in_turn<MANY, false, true>(x, rows, n, outside, passes, group, staged, f);
    else if (has_edges)
        rows_in_turn<FEW, true, false>(x, rows, n, outside, passes, group, staged, f);
    else
        rows_in_turn<MANY, false, false>(x, rows, n, outside, passes, group, staged, f);
}

}  // namespace prism
