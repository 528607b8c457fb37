#include <cstdint>

namespace prism {

// c/√(a·z) of positive variances. The factor that leaves c nearer to 1 goes first, so that nothing is lost on the way.
template <typename T>
__device__ T coefficient(T c, T a, T z) {
    const T one = rsqrt(a), other = rsqrt(z);
    const bool is_small = abs(c) < 1;
    return c * (is_small ? max(one, other) : min(one, other)) * (is_small ? min(one, other) : max(one, other));
}

}  // namespace prism

// A thread four elements, a block's threads side by side: their places are counted on, not divided anew.
template <typename T>
__device__ void correlation(const T* covariance,  // [b, m, m]
                            T* rho,               // [b, m, m]
                            uint32_t b, uint32_t m) {
    constexpr int EACH = 4;
    const uint64_t size = uint64_t(b) * m * m, first = uint64_t(blockIdx.x) * EACH * blockDim.x + threadIdx.x;
    if (first >= size) return;
    const uint32_t count = uint32_t(min(size - first, uint64_t(EACH) * blockDim.x));
    const uint64_t line = first >> 32 ? first / m : uint32_t(first) / m;
    uint32_t column = uint32_t(first - line * m), row = line >> 32 ? line % m : uint32_t(line) % m;
    const uint32_t lines = blockDim.x / m, columns = blockDim.x % m, rows = lines % m;
    const T* const from = covariance + first;
    T c[EACH], a[EACH], z[EACH];
    bool is_same[EACH];
#pragma unroll
    for (int k = 0; k < EACH; ++k) {
        const uint32_t at = k * blockDim.x;
        const int32_t across = int32_t(column - row);
        if (at < count) {
            c[k] = from[at];
            a[k] = from[int32_t(at) - across];
            z[k] = from[at + int64_t(across) * int32_t(m)];
        }
        is_same[k] = across == 0;
        const bool is_over = (column += columns) >= m;
        column -= is_over ? m : 0;
        row += rows + is_over;
        row -= row >= m ? m : 0;
    }
#pragma unroll
    for (int k = 0; k < EACH; ++k) {
        const T value = is_same[k] ? T(1) : prism::coefficient(c[k], a[k], z[k]);
        if (k * blockDim.x < count) rho[first + k * blockDim.x] = a[k] > 0 && z[k] > 0 ? value : T(nan(""));
    }
}
