#include "prism/copy_async.cuh"
#include "prism/flux.cuh"
#include "prism/warp.cuh"

namespace prism {

// The tiles of a block's parts in turn. A part without any has one beyond the last, which holds no pair. There are
// fewer than 2^32 of a matrix that any memory holds.
struct Tiles {
    uint64_t item, items, batch;
    uint32_t all, length, parts, left, right, todo;

    __device__ Tiles(uint64_t items, uint32_t n, uint32_t parts) : item(blockIdx.x), items(items), parts(parts) {
        const uint32_t across = (n + 31) / 32;
        all = across * (across + 1) / 2;
        length = all / parts + (all % parts > 0);
        enter();
    }

    __device__ bool more() const { return item < items; }
    __device__ bool ends_part() const { return todo == 1; }

    __device__ void advance() {
        if (--todo == 0) {
            item += gridDim.x;
            enter();
        } else if (++left > right) {
            left = 0;
            ++right;
        }
    }

  private:
    // Tile number t is that of columns J, the largest with J·(J + 1)/2 ≤ t.
    __device__ void enter() {
        batch = item, left = right = 0, todo = max(length, 1);
        if (parts == 1) return;
        batch = item / parts;
        const uint32_t begin = uint32_t(min((item - batch * parts) * length, uint64_t(all)));
        todo = max(min(length, all - begin), 1);
        right = uint32_t((sqrt(8.0 * begin + 1) - 1) / 2);
        while (right * (right + 1) / 2 > begin) --right;
        while ((right + 1) * (right + 2) / 2 <= begin) ++right;
        left = begin - right * (right + 1) / 2;
    }
};

// Rates of 32 × 32 pairs of states both ways, and the states' probabilities. A tile on the diagonal has them once.
template <typename T>
struct Tile {
    T forth[32][33], back[32][33], left[32], right[32];
};

// A copy that nobody waits for yet, to where shared memory has `to`.
template <typename T>
__device__ void copy_element(uint32_t to, const T* from) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(to), "l"(from), "n"(sizeof(T)) : "memory");
}

// The thread's share of the rates and probabilities that there are; `tile` is where shared memory has the tile.
template <typename T>
__device__ void fetch(uint32_t tile, const Tiles& at, const T* w, const T* p, uint32_t n) {
    constexpr uint32_t ROWS = 8 * 33 * sizeof(T), BACK = 32 * 33 * sizeof(T), P = 2 * BACK;
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32, i = at.left * 32, j = at.right * 32;
    const uint32_t count = n - min(j, n), own = tile + (y * 33 + x) * sizeof(T);
    const uint64_t jump = 8 * uint64_t(n);
    const T* const rates = w + at.batch * n * n + x;
    const T* from = rates + (uint64_t(i + y) * n + j);
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k, from += jump) {
        if (x < count && (i != j || y + 8 * k < count)) copy_element(own + k * ROWS, from);
    }
    from = rates + (uint64_t(j + y) * n + i);
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k, from += jump) {
        if (i != j && y + 8 * k < count) copy_element(own + BACK + k * ROWS, from);
    }
    if (!p || y > 1) return;
    const uint32_t state = (y == 0 ? i : j) + x;
    if (state < n) copy_element(tile + P + threadIdx.x * sizeof(T), p + at.batch * n + state);
}

// What a thread makes of pairs of fluxes, in the precision of the elements.
template <typename T>
struct Pairs {
    double pseudocount;
    unsigned long long* fault;
    uint64_t first;      // the place of the process among all rates
    uint32_t i0, j0, n;  // the tile's first states
    T produced, sum;

    // The term of two ordinary fluxes; else 0, and bit k of `rare` is set.
    __device__ T meet(T w_ij, T w_ji, T p_i, T p_j, uint32_t k, uint32_t& rare) {
        const Flux<T> a(w_ij, p_j, pseudocount), b(w_ji, p_i, pseudocount);
        sum += a.value() + b.value();
        const bool is_rare = !is_ordinary(a.value()) | !is_ordinary(b.value()) | !(min(w_ij, w_ji) >= 0);
        const T term = is_rare ? T(0) : pair_term(a, b);
        rare |= uint32_t(is_rare) << k;
        produced += term;
        return term;
    }

    // The term of two other fluxes, of states i and j of the tile.
    __device__ T meet_rare(T w_ij, T w_ji, T p_i, T p_j, uint32_t i, uint32_t j) {
        const T term =
            T(rare_pair_term(fma(double(w_ij), double(p_j), pseudocount), fma(double(w_ji), double(p_i), pseudocount)));
        i += i0, j += j0;
        if (w_ij < 0) atomicMax(fault, ~(first + uint64_t(i) * n + j));
        if (w_ji < 0) atomicMax(fault, ~(first + uint64_t(j) * n + i));
        produced += term;
        return term;
    }
};

// The terms of a tile of which all pairs lie above the diagonal; they stay in `back`, turned.
template <typename T>
__device__ void meet_all(Pairs<T>& pairs, Tile<T>& tile, uint32_t count) {
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32;
    if (x >= count) return;
    const T *const forth = &tile.forth[y][x], *const p = tile.left + y, p_j = tile.right[x];
    T* const back = &tile.back[x][y];
    uint32_t rare = 0;
#pragma unroll
    for (uint32_t k = 0; k < 4; ++k) {
        const T term = pairs.meet(forth[8 * 33 * k], back[8 * k], p[8 * k], p_j, k, rare);
        if (!(rare >> k & 1)) back[8 * k] = term;  // a rare pair's rates are met again
    }
    for (; rare; rare &= rare - 1) {
        const uint32_t r = 8 * (__ffs(rare) - 1);
        back[r] = pairs.meet_rare(forth[33 * r], back[r], p[r], p_j, y + r, x);
    }
}

// The terms of a tile on the diagonal: of its rows r and 31 − r those above it make one row of 31. They stay in `back`,
// both ways.
template <typename T>
__device__ void meet_half(Pairs<T>& pairs, Tile<T>& tile, uint32_t count) {
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32;
    const auto row = [&](uint32_t k) { return x > y + 8 * k ? y + 8 * k : 31 - y - 8 * k; };
    const auto column = [&](uint32_t k) { return x > y + 8 * k ? x : 32 - y - 8 * k + x; };
    uint32_t rare = 0;
#pragma unroll
    for (uint32_t k = 0; k < 2; ++k) {
        const uint32_t i = row(k), j = column(k);
        if (x == y + 8 * k || j >= count) continue;
        tile.back[i][j] = tile.back[j][i] =
            pairs.meet(tile.forth[i][j], tile.forth[j][i], tile.left[i], tile.left[j], k, rare);
    }
    for (; rare; rare &= rare - 1) {
        const uint32_t k = __ffs(rare) - 1, i = row(k), j = column(k);
        tile.back[i][j] = tile.back[j][i] =
            pairs.meet_rare(tile.forth[i][j], tile.forth[j][i], tile.left[i], tile.left[j], i, j);
    }
    if (y == 0) tile.back[x][x] = 0;
}

// Writes the terms of a tile, both ways.
template <typename T>
__device__ void put_terms(const Tile<T>& tile, T* edges, uint32_t i0, uint32_t j0, uint32_t n) {
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32;
#pragma unroll 1
    for (uint32_t r = y; r < 32; r += 8) {
        if (i0 != j0 && j0 + x < n) edges[uint64_t(i0 + r) * n + j0 + x] = tile.back[x][r];
        if (j0 + r < n && i0 + x < n) edges[uint64_t(j0 + r) * n + i0 + x] = tile.back[r][x];
    }
}

// The sums of the block's values, to one place each. Half of a warp takes one of them, half the other.
template <typename T>
__device__ void put_sums(double produced, double sum, T* production, T* total) {
    __shared__ double sums[2][8];
    const bool is_upper = threadIdx.x & 16;
    double mine = is_upper ? sum : produced;
    mine += __shfl_xor_sync(FULL, is_upper ? produced : sum, 16);
    for (uint32_t step = 8; step; step /= 2) mine += __shfl_xor_sync(FULL, mine, step);
    if (threadIdx.x % 16 == 0) sums[is_upper][threadIdx.x / 32] = mine;
    __syncthreads();
    if (threadIdx.x >= 16) return;
    mine = sums[threadIdx.x / 8][threadIdx.x % 8];
    for (uint32_t step = 4; step; step /= 2) mine += __shfl_xor_sync(0xffff, mine, step);
    if (threadIdx.x == 0) *production = T(mine);
    if (threadIdx.x == 8) *total = T(mine);
}

// A block goes from tile to tile, the next one's rates on their way while it works on those of one.
template <typename T>
__device__ void produce(Tiles next, const T* w, const T* p, T* production, T* total, T* edges,
                        unsigned long long* fault, double pseudocount, uint32_t n) {
    __shared__ Tile<T> held[2];
    const uint32_t x = threadIdx.x % 32, y = threadIdx.x / 32, there = __cvta_generic_to_shared(held);
    if (!p && y < 2) held[y].left[x] = held[y].right[x] = 1;
    double produced = 0, sum = 0;
    if (next.more()) fetch(there, next, w, p, n);
    for (uint32_t turn = 0; next.more(); turn ^= 1) {
        const uint32_t i0 = next.left * 32, j0 = next.right * 32, count = n - min(j0, n);
        const uint64_t item = next.item, first = next.batch * n * n;
        const bool ends_part = next.ends_part();
        wait_for_all_copies();
        // Everyone's copies are here, and nobody works on the tile that is filled next.
        __syncthreads();
        next.advance();
        if (next.more()) fetch(there + (turn ^ 1) * uint32_t(sizeof(Tile<T>)), next, w, p, n);
        Tile<T>& tile = held[turn];
        Pairs<T> pairs{pseudocount, fault, first, i0, j0, n, 0, 0};
        if (i0 == j0) {
            meet_half(pairs, tile, count);
            if (y == 0 && x < count && !p) sum += double(tile.forth[x][x]) + pseudocount;
        } else {
            meet_all(pairs, tile, count);
        }
        if (edges) {
            __syncthreads();
            put_terms(tile, edges + first, i0, j0, n);
        }
        produced += double(pairs.produced);
        sum += double(pairs.sum);
        if (!ends_part) continue;
        put_sums(produced, sum, production + item, total + item);
        produced = sum = 0;
    }
}

}  // namespace prism

template <typename T>
__device__ void schnakenberg(const T* w,       // [b, n, n]
                             const T* p,       // [g, n]
                             T* production,    // [b * parts]
                             T* total,         // [b * parts]
                             T* edges,         // [e, n, n]
                             uint64_t* fault,  // [1]
                             double pseudocount, uint32_t parts, uint32_t b, uint32_t n, uint32_t g, uint32_t e) {
    const prism::Tiles tiles(uint64_t(b) * parts, n, parts);
    prism::produce(tiles, w, g > 0 ? p : nullptr, production, total, e > 0 ? edges : nullptr,
                   reinterpret_cast<unsigned long long*>(fault), g > 0 ? 0 : pseudocount, n);
}
