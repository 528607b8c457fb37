#include <cstdint>

// A thread an element.
template <typename T>
__device__ void sequence_join(const T* past,  // [r, m]
                              const T* next,  // [r, n]
                              T* joined,      // [r, m + n]
                              uint64_t r, uint64_t m, uint64_t n) {
    const uint64_t i = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= r * (m + n)) return;
    const uint64_t row = i / (m + n), at = i % (m + n);
    joined[i] = at < m ? past[row * m + at] : next[row * n + (at - m)];
}
