// The smoother of Rauch, Tung and Striebel: a thread a filter, in registers, or a block, in shared memory or in
// scratch. In doubles.
#pragma once
#include "prism/small_matrix.cuh"

namespace prism {

// The lower factor of a positive definite n × n matrix, in its place, by the block; whether it is one.
template <typename Matrix>
__device__ bool block_cholesky(uint32_t n, Matrix L) {
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

// The arguments of `kalman_smooth`.
template <typename T>
struct Smoother {
    const T *x, *p, *f, *q, *control, *u;
    T *x_smooth, *p_smooth;
    uint64_t* status;
    uint32_t t, b, n, bf, bq, bc, l;

    __device__ void fail(uint64_t at) const {
        atomicMax(reinterpret_cast<unsigned long long*>(status), ~0ull - static_cast<unsigned long long>(at));
    }

    // Of n = N.
    template <int N>
    __device__ void by_thread() const;

    // Up to n = 32.
    __device__ void by_block() const {
        constexpr uint32_t N = 32;
        // Rows one longer than the largest matrix, so that a column lies in different banks.
        __shared__ double S[N][N + 1], C[N][N + 1], L[N][N + 1], D[N][N + 1];
        __shared__ double state[N], apart[N];
        in_block(S, C, L, D, state, apart);
    }

    // Of any size, in `words()` numbers of scratch, which are zeros afterwards.
    __device__ void by_block(double* scratch) const {
        if (blockIdx.x >= b) return;
        const uint64_t size = uint64_t(n) * n;
        double *const first = scratch + blockIdx.x * words(), *const vectors = first + 4 * size;
        in_block(Rows{first, n}, Rows{first + size, n}, Rows{first + 2 * size, n}, Rows{first + 3 * size, n}, vectors,
                 vectors + n);
        __syncthreads();
        for (uint64_t i = threadIdx.x; i < words(); i += blockDim.x) first[i] = 0;
    }

    __device__ uint64_t words() const { return 4 * uint64_t(n) * n + 2 * uint64_t(n); }

    // From the last step to the first; C holds the gain's transpose.
    template <typename Matrix>
    __device__ void in_block(Matrix S, Matrix C, Matrix L, Matrix D, double* state, double* apart) const;
};

// The columns of C become A⁻¹·C and A its lower factor but for the diagonal; whether A is positive definite.
template <int N>
__device__ bool fixed_solve(double (&A)[N * N], double (&C)[N * N]) {
    bool positive = true;
    double inverse[N];
#pragma unroll
    for (int j = 0; j < N; ++j) {
        double pivot = A[j * N + j];
#pragma unroll
        for (int k = 0; k < j; ++k) pivot -= A[j * N + k] * A[j * N + k];
        positive = positive && is_pivot(pivot);
        inverse[j] = rsqrt(pivot);
#pragma unroll
        for (int i = j + 1; i < N; ++i) {
#pragma unroll
            for (int k = 0; k < j; ++k) A[i * N + j] -= A[i * N + k] * A[j * N + k];
            A[i * N + j] *= inverse[j];
        }
    }
#pragma unroll
    for (int j = 0; j < N; ++j) {
#pragma unroll
        for (int i = 0; i < N; ++i) {
#pragma unroll
            for (int k = 0; k < i; ++k) C[i * N + j] -= A[i * N + k] * C[k * N + j];
            C[i * N + j] *= inverse[i];
        }
#pragma unroll
        for (int i = N - 1; i >= 0; --i) {
#pragma unroll
            for (int k = i + 1; k < N; ++k) C[i * N + j] -= A[k * N + i] * C[k * N + j];
            C[i * N + j] *= inverse[i];
        }
    }
    return positive;
}

template <typename T>
template <int N>
__device__ void Smoother<T>::by_thread() const {
    const uint64_t filter = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (filter >= b || t == 0) return;
    const T *F = f + (bf == 1 ? 0 : filter) * N * N, *Q = q + (bq == 1 ? 0 : filter) * N * N;
    const T* B = control + (bc == 1 ? 0 : filter) * N * l;
    double state[N], S[N * N];
    const uint64_t end = uint64_t(t - 1) * b + filter;
    fixed_load<N>(x + end * N, state);
    fixed_load<N * N>(p + end * N * N, S);
    fixed_store<N>(state, x_smooth + end * N);
    fixed_store<N * N>(S, p_smooth + end * N * N);
#pragma unroll 1
    for (uint32_t step = t - 1; step-- > 0;) {
        const uint64_t at = uint64_t(step) * b + filter;
        double now[N], P[N * N], C[N * N], A[N * N];  // C: F·P, then the gain's transpose
        fixed_load<N>(x + at * N, now);
        fixed_load<N * N>(p + at * N * N, P);
        fixed_fill<N, N>(
            C, [&](int i, int j) { return fixed_sum<N>([&](int k) { return double(F[i * N + k]) * P[j * N + k]; }); });
        fixed_fill<N, N>(A, [&](int i, int j) {
            return fixed_sum<N>([&](int k) { return C[i * N + k] * double(F[j * N + k]); }) + double(Q[i * N + j]);
        });
        fixed_fill<N, N>(S, [&](int i, int j) { return S[i * N + j] - A[i * N + j]; });
        fixed_fill<N, 1>(state, [&](int i, int) {
            return state[i] - fixed_sum<N>([&](int k) { return double(F[i * N + k]) * now[k]; }) -
                   sum_of(l, [&](uint32_t c) { return double(B[i * l + c]) * double(u[(at + b) * l + c]); });
        });
        if (!fixed_solve<N>(A, C)) {
            fail(at);
            fixed_fill<N, N>(C, [&](int, int) { return nan(""); });
        }
        fixed_fill<N, 1>(
            now, [&](int j, int) { return now[j] + fixed_sum<N>([&](int k) { return C[k * N + j] * state[k]; }); });
        fixed_fill<N, N>(
            A, [&](int i, int j) { return fixed_sum<N>([&](int k) { return C[k * N + i] * S[k * N + j]; }); });
        fixed_fill<N, N>(P, [&](int i, int j) {
            return P[i * N + j] + fixed_sum<N>([&](int k) { return A[i * N + k] * C[k * N + j]; });
        });
        fixed_fill<N, N>(S, [&](int i, int j) { return 0.5 * (P[i * N + j] + P[j * N + i]); });
        fixed_fill<N, 1>(state, [&](int i, int) { return now[i]; });
        fixed_store<N>(state, x_smooth + at * N);
        fixed_store<N * N>(S, p_smooth + at * N * N);
    }
}

template <typename T>
template <typename Matrix>
__device__ void Smoother<T>::in_block(Matrix S, Matrix C, Matrix L, Matrix D, double* state, double* apart) const {
    const uint64_t filter = blockIdx.x;
    if (filter >= b) return;
    const T *F = f + (bf == 1 ? 0 : filter) * n * n, *Q = q + (bq == 1 ? 0 : filter) * n * n;
    const T* B = control + (bc == 1 ? 0 : filter) * n * l;
    for (uint32_t step = t; step-- > 0;) {
        const uint64_t at = uint64_t(step) * b + filter;
        const T *now = x + at * n, *P = p + at * n * n, *drive = u + (at + b) * l;
        if (step + 1 == t) {
            block_fill(n, 1, [&](uint32_t i, uint32_t) { state[i] = double(now[i]); });
            block_fill(n, n, [&](uint32_t i, uint32_t j) { S[i][j] = double(P[i * n + j]); });
        } else {
            block_fill(n, n, [&](uint32_t i, uint32_t j) {
                C[i][j] = sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * double(P[j * n + k]); });
            });
            block_fill(n, n, [&](uint32_t i, uint32_t j) {
                const double ahead = sum_of(n, [&](uint32_t k) { return C[i][k] * double(F[j * n + k]); });
                L[i][j] = ahead + double(Q[i * n + j]);
                D[i][j] = S[i][j] - L[i][j];
            });
            block_fill(n, 1, [&](uint32_t i, uint32_t) {
                apart[i] = state[i] - sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * double(now[k]); }) -
                           sum_of(l, [&](uint32_t c) { return double(B[i * l + c]) * double(drive[c]); });
            });
            const bool positive = block_cholesky(n, L);
            block_fill(n, 1, [&](uint32_t j, uint32_t) {
                for (uint32_t i = 0; i < n; ++i) {
                    C[i][j] = (C[i][j] - sum_of(i, [&](uint32_t k) { return L[i][k] * C[k][j]; })) / L[i][i];
                }
                for (uint32_t i = n; i-- > 0;) {
                    for (uint32_t k = i + 1; k < n; ++k) C[i][j] -= L[k][i] * C[k][j];
                    C[i][j] /= L[i][i];
                }
                for (uint32_t i = 0; i < n && !positive; ++i) C[i][j] = nan("");
            });
            if (threadIdx.x == 0 && !positive) fail(at);
            block_fill(n, 1, [&](uint32_t j, uint32_t) {
                state[j] = double(now[j]) + sum_of(n, [&](uint32_t k) { return C[k][j] * apart[k]; });
            });
            block_fill(n, n, [&](uint32_t i, uint32_t j) {
                L[i][j] = sum_of(n, [&](uint32_t k) { return C[k][i] * D[k][j]; });
            });
            block_fill(n, n, [&](uint32_t i, uint32_t j) {
                S[i][j] = double(P[i * n + j]) + sum_of(n, [&](uint32_t k) { return L[i][k] * C[k][j]; });
            });
            block_fill(n, n, [&](uint32_t i, uint32_t j) {
                if (j >= i) S[i][j] = S[j][i] = 0.5 * (S[i][j] + S[j][i]);
            });
        }
        block_fill(n, 1, [&](uint32_t i, uint32_t) { x_smooth[at * n + i] = T(state[i]); });
        block_fill(n, n, [&](uint32_t i, uint32_t j) { p_smooth[at * n * n + i * n + j] = T(S[i][j]); });
    }
}

}  // namespace prism
