#include "prism/topk.cuh"

// One warp a point: its lanes take 32 candidates at a time and keep the k nearest between them.
template <typename T>
__device__ void knn_radius(const T* points,  // [d, n]
                           T* radius,        // [n]
                           uint32_t k, uint32_t d, uint32_t n) {
    const uint32_t i = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32;
    if (i >= n) return;

    prism::TopK<T, false> nearest;
    T kth = prism::infinity<T>();
    for (uint32_t tile = 0; tile < n; tile += 32) {
        const uint32_t j = tile + lane;
        T distance = prism::infinity<T>();
        if (j < n && j != i) {
            distance = 0;
            for (uint32_t c = 0; c < d; ++c) {
                const T* row = points + size_t(c) * n;
                distance = max(distance, abs(row[i] - row[j]));
            }
        }
        unsigned hits = __ballot_sync(prism::FULL, distance < kth);
        while (hits) {
            nearest.insert(__shfl_sync(prism::FULL, distance, __ffs(hits) - 1), 0, 0, k);
            kth = nearest.kth(k);
            hits = (hits & (hits - 1)) & __ballot_sync(prism::FULL, distance < kth);
        }
    }
    if (lane == 0) radius[i] = kth;
}
