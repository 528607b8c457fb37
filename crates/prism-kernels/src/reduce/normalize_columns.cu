#include "prism/fold.cuh"
#include "prism/normalize.cuh"

// A block normalises `width` neighbouring columns, blockDim.x / `width` rows at a time.
template <typename T, int BY>
__device__ void normalize_columns(const T* x,       // [o, n, i]
                                  T* y,             // [o, n, i]
                                  uint64_t* fault,  // [1]
                                  double epsilon, uint32_t by, uint32_t ddof, uint32_t width, uint64_t o, uint64_t n,
                                  uint64_t i) {
    using W = prism::computed<T>;
    __shared__ double shared[1024];
    const uint64_t tiles = (i + width - 1) / width, outer = blockIdx.x / tiles;
    const uint32_t lane = threadIdx.x % width, rank = threadIdx.x / width, step = blockDim.x / width;
    const uint64_t column = blockIdx.x % tiles * width + lane, start = outer * n * i + column;
    const uint64_t rows = column < i ? n : 0;
    const auto each = [&](auto f) {
#pragma unroll 8
        for (uint64_t row = rank; row < rows; row += step) f(W(prism::widen(x[start + row * i])));
    };
    const auto combined = [&](double value, auto f) {
        shared[threadIdx.x] = value;
        for (uint32_t above = step / 2; above; above /= 2) {
            __syncthreads();
            if (rank < above) shared[threadIdx.x] = f(shared[threadIdx.x], shared[threadIdx.x + above * width]);
        }
        __syncthreads();
        const double all = shared[lane];
        __syncthreads();
        return all;
    };
    bool is_null = false;
    const auto scaling = prism::scaling<BY, T>(n, epsilon, ddof, is_null, each, combined);
    if (is_null && rows > 0 && rank == 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~start);
#pragma unroll 8
    for (uint64_t row = rank; row < rows; row += step) {
        const uint64_t at = start + row * i;
        y[at] = prism::nearest<T>(scaling(prism::widen(x[at])));
    }
}
