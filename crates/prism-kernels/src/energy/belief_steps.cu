#include "prism/reduce.cuh"

// A block a row, for all steps: belief and errors stay in global memory, where the block's caches hold them; a barrier
// parts their writes from their reads.
template <typename T>
__device__ void belief_steps(const T* mu,       // [b, d]
                             const T* prior,    // [b, d]
                             const T* y,        // [b, n]
                             const T* weights,  // [n, d]
                             const T* bias,     // [v]
                             const T* pi_y,     // [k]
                             const T* pi_x,     // [l]
                             T* belief,         // [b, d]
                             T* error,          // [b, n]
                             double kappa, uint32_t steps, uint32_t b, uint32_t d, uint32_t n, uint32_t v, uint32_t k,
                             uint32_t l) {
    constexpr uint32_t HELD = 32768 / sizeof(T);
    __shared__ T held[HELD];
    __shared__ double partial[256];
    const uint64_t row = blockIdx.x, size = uint64_t(n) * d;
    if (row >= b) return;
    T *state = belief + row * d, *wrong = error + row * n;
    for (uint32_t j = threadIdx.x; j < d; j += blockDim.x) state[j] = mu[row * d + j];
    const bool is_held = size <= HELD && steps > 1;
    for (uint32_t i = threadIdx.x; is_held && i < size; i += blockDim.x) held[i] = weights[i];
    __syncthreads();
    if (is_held) weights = held;
    const uint32_t warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = blockDim.x / 32;
    // Threads side by side along a row of the weights; where that is short, several down each column.
    const uint32_t across = min(d, blockDim.x), down = across > 0 ? blockDim.x / across : 0;
    const uint32_t column = across > 0 ? threadIdx.x % across : 0, level = across > 0 ? threadIdx.x / across : 0;

    for (uint32_t step = 0; step < max(steps, 1u); ++step) {
        for (uint32_t i = warp; i < n; i += warps) {
            double predicted = 0;
            for (uint32_t j = lane; j < d; j += 32)
                predicted += double(weights[uint64_t(i) * d + j]) * double(state[j]);
            predicted = prism::warp_sum(predicted);
            if (lane == 0) wrong[i] = T(double(y[row * n + i]) - (predicted + (v > 0 ? double(bias[i]) : 0.0)));
        }
        __syncthreads();
        if (step == steps) return;
        for (uint64_t first = 0; first < d; first += across) {
            const uint64_t j = first + column;
            double back = 0;
            for (uint32_t i = level; i < n && j < d && level < down; i += down)
                back += double(weights[uint64_t(i) * d + j]) * (double(pi_y[k > 1 ? i : 0]) * double(wrong[i]));
            partial[threadIdx.x] = back;
            __syncthreads();
            if (level == 0 && j < d) {
                for (uint32_t other = 1; other < down; ++other) back += partial[other * across + column];
                const double old = double(state[j]);
                const double drawn = double(pi_x[l > 1 ? j : 0]) * (old - double(prior[row * d + j]));
                state[j] = T(old + kappa * (back - drawn));
            }
            __syncthreads();
        }
    }
}
