#include "prism/warp.cuh"

// A thread an element of the beliefs; where there are many parts, 32 threads, four of them in one warp.
template <typename T>
__device__ void belief_moves(const T* mu,     // [b, d]
                             const T* prior,  // [b, d]
                             const T* pi_x,   // [l]
                             const T* drawn,  // [parts, b, d]
                             T* belief,       // [b, d]
                             double kappa, uint32_t b, uint32_t d, uint32_t l, uint32_t parts) {
    __shared__ double some[8][8];
    const bool is_shared = parts > 16;
    const uint32_t across = is_shared ? 8 : blockDim.x, x = threadIdx.x % across;
    const uint64_t size = uint64_t(b) * d, at = blockIdx.x * uint64_t(across) + x;
    double back = 0;
    if (at < size) {
#pragma unroll 8
        for (uint32_t part = threadIdx.x / across; part < parts; part += blockDim.x / across)
            back += double(drawn[part * size + at]);
    }
    if (is_shared) {
        back += __shfl_xor_sync(prism::FULL, back, 8);
        back += __shfl_xor_sync(prism::FULL, back, 16);
        if (threadIdx.x % 32 < 8) some[threadIdx.x / 32][x] = back;
        __syncthreads();
        if (threadIdx.x >= 8) return;
        for (uint32_t warp = 1; warp < 8; ++warp) back += some[warp][x];
    }
    if (at >= size) return;
    const double old = double(mu[at]);
    const double pulled = double(pi_x[l > 1 ? at % d : 0]) * (old - double(prior[at]));
    belief[at] = T(old + kappa * (back - pulled));
}
