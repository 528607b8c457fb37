// Symmetric systems of any order, solved by a block in place.
#pragma once
#include "prism/rows.cuh"

namespace prism {

// Calls f(i) for i below `count`, on all threads of the block.
template <typename F>
__device__ void block_each(uint64_t count, F f) {
    for (uint64_t i = threadIdx.x; i < count; i += blockDim.x) f(i);
    __syncthreads();
}

// Calls f(i, lane) for i below `count`, on its warps.
template <typename F>
__device__ void block_each_by_warp(uint64_t count, F f) {
    for (uint64_t i = threadIdx.x / 32; i < count; i += blockDim.x / 32) f(i, threadIdx.x % 32);
    __syncthreads();
}

// Σ f(i) over i below `count`, on all threads of the block.
template <typename F>
__device__ double block_sum_over(uint64_t count, F f) {
    __shared__ double total;
    double own = 0;
    for (uint64_t i = threadIdx.x; i < count; i += blockDim.x) own += f(i);
    return block_sum_of_all(own, &total);
}

// A system of order q, rows of its matrix `stride` apart; `rest` has room for another matrix, `column` and `factors`
// for a row. All threads of the block must call each function.
struct BlockSystem {
    double *matrix, *right, *rest, *column, *factors;
    uint64_t stride;
    double least;  // a pivot below this share of its diagonal, or of the greatest, is none

    __device__ double& cell(uint64_t i, uint64_t j) const { return matrix[i * stride + j]; }

    // The solution into `right` by Cholesky's factorisation, the right side as one row more; false where a pivot is
    // lost in rounding. Needs no `rest`.
    __device__ bool solve(uint32_t q) const {
        const auto row = [&](uint64_t i) { return i < q ? &cell(i, 0) : right; };
        block_each(q, [&](uint64_t i) { column[i] = cell(i, i); });
        bool solved = true;
        for (uint32_t j = 0; j < q && solved; ++j) {
            const double pivot = cell(j, j), inverse = rsqrt(pivot);
            solved = !(pivot <= least * column[j]);
            __syncthreads();
            block_each(solved ? q - j : 0, [&](uint64_t i) {
                const uint64_t below = j + 1 + i;
                const double factor = row(below)[j] *= inverse;
                if (below < q) factors[below] = factor;
            });
            block_each_by_warp(solved ? q - j : 0, [&](uint64_t i, uint32_t lane) {
                const uint64_t below = j + 1 + i;
                double* const to = row(below);
                const double factor = to[j];
                for (uint64_t k = j + 1 + lane; k < q && k <= below; k += 32) to[k] -= factor * factors[k];
            });
        }
        for (uint32_t j = solved ? q : 0; j-- > 0;) {
            const double x = right[j] * rsqrt(cell(j, j));
            __syncthreads();
            block_each(j + 1, [&](uint64_t i) { right[i] = i == j ? x : right[i] - cell(j, i) * x; });
        }
        return solved;
    }

    // The solution of least norm of a consistent system into `right`: A = L·Lᵀ with pivoting, x = L·(LᵀL)⁻²·Lᵀ·b. The
    // columns of L are rows of `rest`.
    __device__ void solve_by_least_norm(uint32_t q) const {
        const uint32_t rank = factorise(q);
        const auto root = [&](uint64_t a) { return rest + a * stride; };
        const auto dot = [&](const double* a, const double* b, uint32_t lane) {
            double own = 0;
            for (uint64_t i = lane; i < q; i += 32) own += a[i] * b[i];
            return warp_sum(own);
        };
        block_each(q, [&](uint64_t i) { column[i] = right[i]; });
        block_each_by_warp(rank, [&](uint64_t a, uint32_t lane) {
            const double both = dot(root(a), column, lane);
            if (lane == 0) right[a] = both;
        });
        bool solved = true;
        for (uint32_t time = 0; time < 2 && solved; ++time) {
            block_each_by_warp(rank, [&](uint64_t a, uint32_t lane) {
                for (uint32_t b = 0; b < rank; ++b) {
                    const double both = dot(root(a), root(b), lane);
                    if (lane == 0) cell(a, b) = both;
                }
            });
            solved = solve(rank);
        }
        block_each(q, [&](uint64_t i) {
            double own = 0;
            for (uint32_t a = 0; a < rank && solved; ++a) own += root(a)[i] * right[a];
            column[i] = own;
        });
        block_each(q, [&](uint64_t i) { right[i] = column[i]; });
    }

  private:
    // Columns of L into `rest` while a pivot is left; how many.
    __device__ uint32_t factorise(uint32_t q) const {
        double most = 0;
        for (uint32_t rank = 0; rank < q; ++rank) {
            uint32_t pivot = 0;
            for (uint32_t i = 1; i < q; ++i) {
                if (cell(i, i) > cell(pivot, pivot)) pivot = i;
            }
            const double value = cell(pivot, pivot);
            if (rank == 0) most = value;
            if (!(value > least * most)) return rank;
            double* const root = rest + rank * stride;
            const double inverse = rsqrt(value);
            block_each(q, [&](uint64_t i) { root[i] = cell(i, pivot) * inverse; });
            block_each_by_warp(q, [&](uint64_t i, uint32_t lane) {
                for (uint64_t j = lane; j < q; j += 32) cell(i, j) -= root[i] * root[j];
            });
        }
        return q;
    }
};

}  // namespace prism
