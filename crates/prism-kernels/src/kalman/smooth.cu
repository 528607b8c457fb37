#include "prism/small_matrix.cuh"

namespace prism {

// The lower factor of a positive definite n × n matrix, in its place, by the block; whether it is one.
template <typename Row>
__device__ bool block_cholesky(uint32_t n, Row* L) {
    bool positive = true;
    for (uint32_t j = 0; j < n; ++j) {
        block_fill(n - j, 1, [&](uint32_t below, uint32_t) {
            const uint32_t i = j + below;
            L[i][j] -= sum_of(j, [&](uint32_t k) { return L[i][k] * L[j][k]; });
        });
        const double pivot = L[j][j], root = sqrt(pivot);
        positive = positive && is_pivot(pivot);
        __syncthreads();
        block_fill(n - j, 1,
                   [&](uint32_t below, uint32_t) { L[j + below][j] = below == 0 ? root : L[j + below][j] / root; });
    }
    return positive;
}

}  // namespace prism

// A block a filter, from the last step to the first, in shared memory and doubles.
template <typename T>
__device__ void kalman_smooth(const T* x,        // [t, b, n]
                              const T* p,        // [t, b, n, n]
                              const T* f,        // [bf, n, n]
                              const T* q,        // [bq, n, n]
                              const T* control,  // [bc, n, l]
                              const T* u,        // [t, b, l]
                              T* x_smooth,       // [t, b, n]
                              T* p_smooth,       // [t, b, n, n]
                              uint64_t* status,  // [1]
                              uint32_t t, uint32_t b, uint32_t n, uint32_t bf, uint32_t bq, uint32_t bc, uint32_t l) {
    constexpr uint32_t N = 32;
    // Rows one longer than the largest matrix, so that a column lies in different banks. C holds the gain's transpose.
    __shared__ double S[N][N + 1], C[N][N + 1], L[N][N + 1], D[N][N + 1];
    __shared__ double state[N], apart[N];
    const uint64_t filter = blockIdx.x;
    if (filter >= b) return;
    const T *F = f + (bf == 1 ? 0 : filter) * n * n, *Q = q + (bq == 1 ? 0 : filter) * n * n;
    const T* B = control + (bc == 1 ? 0 : filter) * n * l;
    for (uint32_t step = t; step-- > 0;) {
        const uint64_t at = uint64_t(step) * b + filter;
        const T *now = x + at * n, *P = p + at * n * n, *drive = u + (at + b) * l;
        if (step + 1 == t) {
            prism::block_fill(n, 1, [&](uint32_t i, uint32_t) { state[i] = double(now[i]); });
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) { S[i][j] = double(P[i * n + j]); });
        } else {
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) {
                C[i][j] = prism::sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * double(P[j * n + k]); });
            });
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) {
                const double ahead = prism::sum_of(n, [&](uint32_t k) { return C[i][k] * double(F[j * n + k]); });
                L[i][j] = ahead + double(Q[i * n + j]);
                D[i][j] = S[i][j] - L[i][j];
            });
            prism::block_fill(n, 1, [&](uint32_t i, uint32_t) {
                apart[i] = state[i] -
                           prism::sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * double(now[k]); }) -
                           prism::sum_of(l, [&](uint32_t c) { return double(B[i * l + c]) * double(drive[c]); });
            });
            const bool positive = prism::block_cholesky(n, L);
            prism::block_fill(n, 1, [&](uint32_t j, uint32_t) {
                for (uint32_t i = 0; i < n; ++i) {
                    C[i][j] = (C[i][j] - prism::sum_of(i, [&](uint32_t k) { return L[i][k] * C[k][j]; })) / L[i][i];
                }
                for (uint32_t i = n; i-- > 0;) {
                    for (uint32_t k = i + 1; k < n; ++k) C[i][j] -= L[k][i] * C[k][j];
                    C[i][j] /= L[i][i];
                }
                for (uint32_t i = 0; i < n && !positive; ++i) C[i][j] = nan("");
            });
            if (threadIdx.x == 0 && !positive) {
                atomicMax(reinterpret_cast<unsigned long long*>(status), ~0ull - static_cast<unsigned long long>(at));
            }
            prism::block_fill(n, 1, [&](uint32_t j, uint32_t) {
                state[j] = double(now[j]) + prism::sum_of(n, [&](uint32_t k) { return C[k][j] * apart[k]; });
            });
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) {
                L[i][j] = prism::sum_of(n, [&](uint32_t k) { return C[k][i] * D[k][j]; });
            });
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) {
                S[i][j] = double(P[i * n + j]) + prism::sum_of(n, [&](uint32_t k) { return L[i][k] * C[k][j]; });
            });
            prism::block_fill(n, n, [&](uint32_t i, uint32_t j) {
                if (j >= i) S[i][j] = S[j][i] = 0.5 * (S[i][j] + S[j][i]);
            });
        }
        prism::block_fill(n, 1, [&](uint32_t i, uint32_t) { x_smooth[at * n + i] = T(state[i]); });
        prism::block_fill(n, n, [&](uint32_t i, uint32_t j) { p_smooth[at * n * n + i * n + j] = T(S[i][j]); });
    }
}
