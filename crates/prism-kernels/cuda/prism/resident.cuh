// Reservoirs of up to 256 neurons that one block of 512 threads takes through their steps: weights stay in registers
// and shared memory, what neither holds is read again.
#pragma once
#include "prism/element.cuh"
#include "prism/recurrent.cuh"
#include "prism/reservoir.cuh"

namespace prism {

// Neurons that a block holds, and elements of the batch that share its weights; the Rust side counts alike.
constexpr uint32_t RESIDENT = 256, RESIDENT_ITEMS = 4;

template <typename T>
struct Resident {
    // A warp has sixteen rows, a lane eight columns of them. Rows in registers, then in shared memory.
    static constexpr int WARPS = 16, ROWS = RESIDENT / WARPS, COLUMNS = RESIDENT / 32;
    static constexpr int OWN = sizeof(T) == 4 ? 10 : 1, SHARED = sizeof(T) == 4 ? 5 : 2, V = Packed<T>::COUNT,
                         PACKS = COLUMNS / V;
    using Row = Packed<T>[PACKS];

    struct Space {
        Packed<T> weights[WARPS][SHARED][PACKS][32];
        T state[2][RESIDENT_ITEMS][RESIDENT];
    };

    const Reservoir<T>& reservoir;
    Space& space;
    uint32_t rows, warp, lane;  // rows of a warp, from `warp`·`rows` on
    Row own[OWN];
    bool inside = true;

    // Whether no row is read again but a dense one.
    static __device__ bool holds(const Weights<T>& w, uint32_t n) { return w.dense || n <= WARPS * (OWN + SHARED); }

    __device__ Resident(const Reservoir<T>& reservoir, Space& space)
        : reservoir(reservoir),
          space(space),
          rows((reservoir.n + WARPS - 1) / WARPS),
          warp(threadIdx.x / 32),
          lane(threadIdx.x % 32) {
#pragma unroll
        for (int j = 0; j < OWN; ++j) read(j, own[j]);
#pragma unroll 1
        for (int j = 0; j < SHARED; ++j) {
            Row row;
            read(OWN + j, row);
#pragma unroll
            for (int p = 0; p < PACKS; ++p) space.weights[warp][j][p][lane] = row[p];
        }
    }

    __device__ uint32_t row(uint32_t j) const { return warp * rows + j; }
    __device__ bool has(uint32_t j) const { return j < rows && row(j) < reservoir.n; }
    __device__ uint32_t column(int p) const { return (p * 32 + lane) * V; }

    // The lane's columns of row j of the warp; zeros where the matrix ends or the row points outside.
    __device__ void read(int j, Row& to) {
        if (reservoir.w.dense) {
            read_dense(j, to);
            return;
        }
        const Weights<T>& w = reservoir.w;
        int32_t begin = 0, end = 0;
        if (has(j) && !w.span(row(j), begin, end)) {
            inside = false;
            end = begin;
        }
#pragma unroll
        for (int e = 0; e < COLUMNS; ++e) to[e / V].at[e % V] = 0;
        for (int32_t at = begin; at < end; ++at) {
#pragma unroll
            for (int e = 0; e < COLUMNS; ++e) {
                to[e / V].at[e % V] += column(e / V) + e % V == uint32_t(w.column[at]) ? w.value[at] : T(0);
            }
        }
    }

    __device__ void read_dense(int j, Row& to) const {
        const uint32_t n = reservoir.n;
        const T* const from = reservoir.w.w + row(j) * n;
        const bool aligned = n % V == 0;
#pragma unroll
        for (int p = 0; p < PACKS; ++p) {
            const uint32_t c = column(p);
            to[p] = {};
            if (aligned) {
                if (has(j) && c < n) to[p] = *reinterpret_cast<const Packed<T>*>(from + c);
                continue;
            }
#pragma unroll
            for (int v = 0; v < V; ++v) {
                if (has(j) && c + v < n) to[p].at[v] = from[c + v];
            }
        }
    }

    static __device__ T product(const Row& row, const Row& x) {
        T sum = 0;
#pragma unroll
        for (int e = 0; e < COLUMNS; ++e) sum += row[e / V].at[e % V] * x[e / V].at[e % V];
        return sum;
    }

    // Row lane / 2 of the warp times a state.
    __device__ T recurrent(const T* state) {
        Row x;
        T sum[ROWS];
#pragma unroll
        for (int p = 0; p < PACKS; ++p) x[p] = *reinterpret_cast<const Packed<T>*>(state + column(p));
#pragma unroll
        for (int j = 0; j < OWN; ++j) sum[j] = product(own[j], x);
#pragma unroll
        for (int j = 0; j < SHARED; ++j) {
            Row row;
#pragma unroll
            for (int p = 0; p < PACKS; ++p) row[p] = space.weights[warp][j][p][lane];
            sum[OWN + j] = product(row, x);
        }
#pragma unroll
        for (int j = OWN + SHARED; j < ROWS; ++j) {
            Row row;
            read_dense(j, row);
            sum[j] = product(row, x);
        }
        return scattered_sum(sum);
    }

    // The element's neurons after a step of `driven` and `fed` inputs, from one half of `state` to the other and to
    // `next`; `number` is that of the first normal number.
    __device__ void step(uint32_t item, uint32_t half, const T* driven, const T* fed, T* next, uint64_t number) {
        const uint32_t i = row(lane / 2), part = lane % 2, k = reservoir.k, m = reservoir.m;
        const bool known = has(lane / 2);
        const T *into = reservoir.w_in + uint64_t(i) * k, *back = reservoir.w_fb + uint64_t(i) * m;
        // The first inputs are on their way while the state is summed.
        const bool begins = known && part < k;
        const T weight = begins ? into[part] : T(0), input = begins ? driven[part] : T(0);
        const T* const state = space.state[half][item];
        const T all = recurrent(state);
        T outside = weight * input;
        for (uint32_t c = part + 2; c < k && known; c += 2) outside += into[c] * driven[c];
        for (uint32_t c = part; c < m && known; c += 2) outside += back[c] * fed[c];
        outside += __shfl_xor_sync(FULL, outside, 1);
        if (!known || part) return;
        T sum = all + outside;
        if (reservoir.bias) sum += reservoir.bias[i];
        if (reservoir.noise != 0) sum += T(reservoir.noise * reservoir.random.normal(number + i));
        const T moved = reservoir.keep * state[i] + reservoir.a * activate(reservoir.f, sum);
        space.state[half ^ 1][item][i] = next[i] = moved;
    }
};

}  // namespace prism
