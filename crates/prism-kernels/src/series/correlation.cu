#include "prism/logarithm.cuh"
#include "prism/pack.cuh"

namespace prism {

// 1/√a of ordinary a.
__device__ inline float inverse_root(float a) {
    float root;
    asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(a));
    return root;
}
__device__ inline double inverse_root(double a) { return rsqrt(a); }

// c/√(a·z) of any variances, NaN unless they are positive. The factor that leaves c nearer to 1 goes first, so that
// nothing is lost on the way.
template <typename T>
__device__ T rare_coefficient(T c, T a, T z, bool is_same) {
    if (!(a > 0 && z > 0)) return T(nan(""));
    if (is_same) return 1;
    const T one = rsqrt(a), other = rsqrt(z);
    const bool is_small = abs(c) < 1;
    return c * (is_small ? max(one, other) : min(one, other)) * (is_small ? min(one, other) : max(one, other));
}

// N neighbouring covariances from number `first` on, with the variances of both variables of each.
template <int N, typename T>
struct Covariances {
    Pack<T, N> c;
    T a[N], z[N];
    bool is_same[N];

    __device__ void load(const T* covariance, uint64_t first, uint32_t m) {
        const uint64_t line = first >> 32 ? first / m : uint32_t(first) / m;
        uint32_t column = uint32_t(first - line * m), row = line >> 32 ? line % m : uint32_t(line) % m;
        const T* const from = covariance + first;
        c = *reinterpret_cast<const Pack<T, N>*>(from);
#pragma unroll
        for (int k = 0; k < N; ++k) {
            const int32_t across = int32_t(column - row);
            is_same[k] = across == 0;
            a[k] = from[k - int64_t(across)];
            z[k] = from[k + int64_t(across) * int32_t(m)];
            const bool is_over = ++column == m;
            column = is_over ? 0 : column;
            row += is_over;
            row = row == m ? 0 : row;
        }
    }

    __device__ Pack<T, N> correlations() const {
        Pack<T, N> rho;
        bool is_common = true;
#pragma unroll
        for (int k = 0; k < N; ++k) {
            const T inverse = inverse_root(a[k]) * inverse_root(z[k]);
            is_common &= is_normal(inverse);
            rho.at[k] = is_same[k] ? T(1) : c.at[k] * inverse;
        }
        if (is_common) return rho;
#pragma unroll
        for (int k = 0; k < N; ++k) rho.at[k] = rare_coefficient(c.at[k], a[k], z[k], is_same[k]);
        return rho;
    }
};

// PACKS times N neighbours, a block's threads side by side; all are loaded before the first is computed.
template <int PACKS, int N, typename T>
__device__ void correlate(const T* covariance, T* rho, uint64_t first, uint32_t m) {
    Covariances<N, T> held[PACKS];
#pragma unroll
    for (int p = 0; p < PACKS; ++p) held[p].load(covariance, first + p * blockDim.x * N, m);
#pragma unroll
    for (int p = 0; p < PACKS; ++p)
        *reinterpret_cast<Pack<T, N>*>(rho + first + p * blockDim.x * N) = held[p].correlations();
}

}  // namespace prism

// A thread four elements, in packs of 16 bytes; the last block's one by one.
template <typename T>
__device__ void correlation(const T* covariance,  // [b, m, m]
                            T* rho,               // [b, m, m]
                            uint32_t b, uint32_t m) {
    constexpr int V = prism::Packed<T>::COUNT, EACH = 4;
    const uint64_t size = uint64_t(b) * m * m, begin = uint64_t(blockIdx.x) * blockDim.x * EACH;
    if (begin + blockDim.x * EACH <= size) {
        prism::correlate<EACH / V, V>(covariance, rho, begin + threadIdx.x * V, m);
        return;
    }
    for (uint64_t e = begin + threadIdx.x; e < size; e += blockDim.x) prism::correlate<1, 1>(covariance, rho, e, m);
}
