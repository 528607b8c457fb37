#include "prism/rows.cuh"

// A block a process, its rates transposed in global memory, where the block's caches hold them.
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
    double* q = reduced + batch * size;
    for (uint64_t at = threadIdx.x; at < size; at += blockDim.x) q[at % n * n + at / n] = double(rates[at]);
    __syncthreads();

    for (uint64_t k = uint64_t(n) - 1; n > 0 && k > 0; --k) {
        double out = 0;
        for (uint64_t j = threadIdx.x; j < k; j += blockDim.x) out += q[k * n + j];
        out = prism::block_sum_of_all(out, &shared);
        if (threadIdx.x == 0 && out == 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(batch * n + k));
        for (uint64_t i = threadIdx.x; i < k; i += blockDim.x) q[i * n + k] /= out;
        __syncthreads();
        for (uint64_t at = threadIdx.x; at < k * k; at += blockDim.x) {
            const uint64_t i = at / k, j = at % k;
            if (i != j) q[i * n + j] += q[i * n + k] * q[k * n + j];
        }
        __syncthreads();
    }
    double total = 0;
    for (uint64_t k = 0; k < n; ++k) {
        double mine = 0;
        for (uint64_t i = threadIdx.x; i < k; i += blockDim.x) mine += q[i * n + i] * q[i * n + k];
        const double weight = k == 0 ? 1 : prism::block_sum_of_all(mine, &shared);
        if (threadIdx.x == 0) q[k * n + k] = weight;
        total += weight;
        __syncthreads();
    }
    for (uint64_t k = threadIdx.x; k < n; k += blockDim.x) p[batch * n + k] = T(q[k * n + k] / total);
}
