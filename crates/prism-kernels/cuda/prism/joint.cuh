// The sums Σ c·ln(c/N) over the cells of tables [a, b] and over their margins, by groups of lanes or by blocks of 512.
#pragma once
#include "prism/logarithm.cuh"
#include "prism/row_packs.cuh"

namespace prism {

// A thread's part of Σ c·ln(c/N) for a known N: a cell above half of it waits until the rest is known.
struct Shares {
    double inverse, sum = 0, rest = 0, most = 0;
    uint32_t filled = 0;

    __device__ explicit Shares(double total) : inverse(1 / total) {}

    __device__ void add(double c) {
        const double share = c * inverse;
        filled += c > 0;
        if (share > 0.5) {
            most = c;
        } else {
            rest += c;
            sum = fma(c, LogOfShare<double>::of(c, inverse), sum);
        }
    }

    // That cell takes the logarithm of what is missing, so that no digit is lost near 1. All threads of the block must
    // call it.
    template <typename Packs>
    __device__ double whole(const Packs& packs) const {
        if (!packs.any(most > 0)) return sum;
        const double missing = packs.sum_of_all(rest) * inverse;
        return most > 0 ? sum + most * log1p(-missing) : sum;
    }
};

// The tables that a group of lanes or a block works on in turn.
template <typename T>
struct Tables {
    using Packs = RowPacks<T, 16>;
    const T* tables;
    uint32_t a, b;
    Packs packs;

    __device__ Tables(const T* tables, uint32_t r, uint32_t a, uint32_t b)
        : tables(tables), a(a), b(b), packs(r, uint32_t(min(uint64_t(a) * b, uint64_t(MANY))), 1) {
        packs.has_packs = uint64_t(a) * b % Packs::WIDTH == 0;
    }

    // N; NaN when a cell is negative.
    __device__ double total() {
        double sum = 0;
        each_cell([&](double c) { sum += c >= 0 ? c : nan(""); });
        return packs.sum_of_all(sum);
    }

    // Of all cells.
    __device__ Shares both(double total) {
        Shares shares(total);
        each_cell([&](double c) { shares.add(c); });
        return shares;
    }

    // Of the sums over b, one for each of the a values of x: a lane a row of the table or, of a block, several.
    __device__ Shares x(double total) const {
        Shares shares(total);
        uint32_t lanes = 1;
        while (packs.group > 32 && lanes < 32 && lanes * 16 < b) lanes *= 2;
        const uint32_t rows = packs.group / lanes;
        for (uint64_t first = 0; first < (packs.end ? a : 0); first += rows) {
            const uint64_t i = first + packs.lane / lanes;
            const uint32_t lane = packs.lane % lanes;
            double sum = i < a ? sum_of(i * b + lane, lane < b ? (b - lane - 1) / lanes + 1 : 0, lanes) : 0;
            for (uint32_t step = lanes / 2; step; step /= 2) sum += __shfl_xor_sync(FULL, sum, step);
            if (lane == 0 && i < a) shares.add(sum);
        }
        return shares;
    }

    // Of the sums over a, one for each of the b values of y: a thread a column of the table or, where those of a block
    // are many, several.
    __device__ Shares y(double total) const {
        __shared__ double partial[512];
        Shares shares(total);
        const uint32_t across = min(packs.group, max(b, 1)), down = packs.group > 32 ? packs.group / across : 1;
        const uint32_t column = packs.lane % across, level = packs.lane / across;
        for (uint64_t first = 0; first < b && packs.end; first += across) {
            const uint64_t j = first + column;
            const bool is_one = j < b && level < min(down, a);
            double sum = is_one ? sum_of(uint64_t(level) * b + j, (a - level - 1) / down + 1, uint64_t(down) * b) : 0;
            if (down > 1) {
                __syncthreads();
                partial[threadIdx.x] = sum;
                __syncthreads();
                for (uint32_t other = 1; other < down && level == 0; ++other) sum += partial[other * across + column];
            }
            if (level == 0 && j < b) shares.add(sum);
        }
        return shares;
    }

  private:
    static constexpr uint32_t MANY = 1 << 30;

    __device__ const T* table() const { return tables + packs.row * a * b; }

    // Calls f(cell) for the lane's cells, of tables beyond 32 bits in runs.
    template <typename F>
    __device__ void each_cell(F f) {
        const T* from = table();
        for (uint64_t left = packs.end ? uint64_t(a) * b : 0; left > 0; left -= packs.end, from += packs.end) {
            packs.end = uint32_t(min(left, uint64_t(MANY)));
            packs.template each<2>([&](uint32_t i, auto width) { return Neighbours<T, width>::of(from + i); },
                                   [&](const auto& some) {
#pragma unroll
                                       for (int k = 0; k < some.COUNT; ++k) f(double(some.at[k]));
                                   });
        }
    }

    // The sum of `count` cells from `first` on, each `step` behind the last.
    __device__ double sum_of(uint64_t first, uint32_t count, uint64_t step) const {
        const T* const from = table() + first;
        double sum = 0;
#pragma unroll 8
        for (uint32_t k = 0; k < count; ++k) sum += double(from[k * step]);
        return sum;
    }
};

}  // namespace prism
