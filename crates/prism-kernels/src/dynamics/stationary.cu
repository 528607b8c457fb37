#include "prism/rows.cuh"

namespace prism {

// The rates of a process while its states are eliminated, by a block; they lie in global memory, where the block's
// caches hold them. Diagonals are written to but not read.
struct Elimination {
    double* q;  // [n, n], from state i to j
    uint32_t n, warp, warps, lane;

    __device__ Elimination(double* q, uint32_t n)
        : q(q), n(n), warp(threadIdx.x / 32), warps(blockDim.x / 32), lane(threadIdx.x % 32) {}

    __device__ double& at(uint32_t i, uint32_t j) const { return q[uint64_t(i) * n + j]; }

    // The sum of the rates from state k to those before it.
    __device__ double leaving(uint32_t k, double* shared) const {
        double out = 0;
        for (uint32_t j = threadIdx.x; j < k; j += blockDim.x) out += at(k, j);
        return block_sum_of_all(out, shared);
    }

    // Takes state k out of rows from `first` up to it, and of columns from `first` up to it in the rows before.
    __device__ void eliminate(uint32_t k, uint32_t first, double out) const {
        for (uint32_t i = threadIdx.x; i < k; i += blockDim.x) at(i, k) /= out;
        __syncthreads();
        for (uint32_t i = first + warp; i < k; i += warps) {
            const double share = at(i, k);
#pragma unroll 4
            for (uint32_t j = lane; j < k; j += 32) at(i, j) += share * at(k, j);
        }
        const double rate = first + lane < k ? at(k, first + lane) : 0;
#pragma unroll 4
        for (uint32_t i = warp; i < first; i += warps) {
            if (first + lane < k) at(i, first + lane) += at(i, k) * rate;
        }
        __syncthreads();
    }

    // Takes states `first` to `end` out of the rates between those before, a warp 8 × 64 of them at a time.
    __device__ void eliminate_all(uint32_t first, uint32_t end) const {
        constexpr uint32_t ROWS = 8;
        for (uint32_t i0 = warp * ROWS; i0 < first; i0 += warps * ROWS) {
            for (uint32_t j0 = 0; j0 < first; j0 += 64) {
                const uint32_t left = min(j0 + lane, first - 1), right = min(j0 + 32 + lane, first - 1);
                double sum[ROWS][2];
#pragma unroll
                for (uint32_t r = 0; r < ROWS; ++r) {
                    const uint32_t i = min(i0 + r, first - 1);
                    sum[r][0] = at(i, left);
                    sum[r][1] = at(i, right);
                }
#pragma unroll 2
                for (uint32_t k = end; k-- > first;) {
                    const double a = at(k, left), b = at(k, right);
#pragma unroll
                    for (uint32_t r = 0; r < ROWS; ++r) {
                        const double share = at(min(i0 + r, first - 1), k);
                        sum[r][0] += share * a;
                        sum[r][1] += share * b;
                    }
                }
#pragma unroll
                for (uint32_t r = 0; r < ROWS; ++r) {
                    if (i0 + r < first && j0 + lane < first) at(i0 + r, j0 + lane) = sum[r][0];
                    if (i0 + r < first && j0 + 32 + lane < first) at(i0 + r, j0 + 32 + lane) = sum[r][1];
                }
            }
        }
        __syncthreads();
    }

    // The weights of the states, on the diagonal: each gives its share to those behind it.
    __device__ void weigh() const {
        for (uint32_t k = threadIdx.x; k < n; k += blockDim.x) at(k, k) = k == 0 ? 1 : 0;
        __syncthreads();
        for (uint32_t k = 0; k < n; ++k) {
            const double weight = at(k, k);
            for (uint32_t j = k + 1 + threadIdx.x; j < n; j += blockDim.x) at(j, j) += weight * at(k, j);
            __syncthreads();
        }
    }
};

}  // namespace prism

// A block a process: 32 states at a time are taken out of each other, then together out of all before them.
template <typename T>
__device__ void stationary(const T* w,       // [b, n, n]
                           double* reduced,  // [b, n, n]
                           T* p,             // [b, n]
                           uint64_t* fault,  // [1]
                           uint32_t b, uint32_t n) {
    __shared__ double shared;
    const uint64_t batch = blockIdx.x, size = uint64_t(n) * n;
    if (batch >= b) return;
    const T* rates = w + batch * size;
    const prism::Elimination states(reduced + batch * size, n);
    for (uint32_t j = states.warp; j < n; j += states.warps) {
        for (uint32_t i = states.lane; i < n; i += 32) states.at(i, j) = double(rates[uint64_t(j) * n + i]);
    }
    __syncthreads();

    for (uint32_t end = n; end > 1;) {
        const uint32_t first = end > 32 ? end - 32 : 0;
        for (uint32_t k = end; k-- > max(first, 1);) {
            const double out = states.leaving(k, &shared);
            if (threadIdx.x == 0 && out == 0) {
                atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(batch * n + k));
            }
            states.eliminate(k, first, out);
        }
        if (first > 0) states.eliminate_all(first, end);
        end = first;
    }
    states.weigh();
    double total = 0;
    for (uint32_t k = threadIdx.x; k < n; k += blockDim.x) total += states.at(k, k);
    total = prism::block_sum_of_all(total, &shared);
    for (uint32_t k = threadIdx.x; k < n; k += blockDim.x) p[batch * n + k] = T(states.at(k, k) / total);
}
