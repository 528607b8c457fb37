// Kalman filters: one a thread, all of it in registers, or one a block, in shared memory or in scratch. In doubles.
#pragma once
#include <cstdint>

#include "prism/small_matrix.cuh"

namespace prism {

constexpr double LN_TWO_PI = 1.8378770664093454836;

// The arguments of `kalman_steps`; `t` = 1 for `kalman_step`.
template <typename T>
struct Kalman {
    const T *x, *p, *f, *q, *h, *r, *control, *u, *z;
    T *x_next, *p_next, *y, *s, *k, *ll;
    uint64_t* status;
    uint32_t joseph, b, n, bf, bq, bh, m, br, bc, l, t;

    // Filter `filter` of an array of matrices, the first where there is only one.
    static __device__ const T* matrix(const T* array, uint32_t count, uint64_t filter, uint32_t size) {
        return array + (count == 1 ? 0 : filter) * size;
    }

    // Element i of Bu.
    __device__ double drive(uint64_t filter, uint64_t at, uint32_t i) const {
        const T* row = matrix(control, bc, filter, n * l) + i * l;
        return sum_of(l, [&](uint32_t c) { return double(row[c]) * double(u[at * l + c]); });
    }

    // The first place that fails is the one reported.
    __device__ void fail(uint64_t at) const {
        atomicMax(reinterpret_cast<unsigned long long*>(status), ~0ull - static_cast<unsigned long long>(at));
    }

    template <int N, int M>
    __device__ void by_thread() const;
    // Up to n = 32 and m = 16.
    __device__ void by_block() const;
    // Of any size, in `words()` numbers of scratch, which are zeros afterwards.
    __device__ void by_block(double* scratch) const;

    __device__ uint64_t words() const {
        return 3 * uint64_t(n) * n + 2 * uint64_t(n) * m + uint64_t(m) * m + 2 * uint64_t(n) + 2 * uint64_t(m);
    }

    // A matrix of those of n columns is a Wide, of those of m a Narrow.
    template <typename Wide, typename Narrow>
    __device__ void in_block(Wide P, Wide W, Wide keep, Narrow V, Narrow K, Narrow L, double* state, double* moved,
                             double* Y, double* w) const;
};

// Writes the numbers of the warp's filters, of which `filters` follow each other in memory from `to` on: through shared
// memory, so that neighbouring lanes write what lies side by side. All lanes of the warp must call it.
template <int COUNT, typename T>
__device__ void store_together(const double (&from)[COUNT], T* to, uint32_t filters, T* shared) {
    constexpr int WIDTH = COUNT % (16 / sizeof(T)) == 0 ? 16 / sizeof(T) : 1, STRIDE = COUNT + WIDTH;
    struct alignas(WIDTH * sizeof(T)) Some {
        T values[WIDTH];
    };
    const uint32_t lane = threadIdx.x % 32;
    __syncwarp();
#pragma unroll
    for (int i = 0; i < COUNT; i += WIDTH) {
        Some some;
#pragma unroll
        for (int v = 0; v < WIDTH; ++v) some.values[v] = T(from[i + v]);
        *reinterpret_cast<Some*>(shared + lane * STRIDE + i) = some;
    }
    __syncwarp();
#pragma unroll
    for (int k = 0; k < COUNT / WIDTH; ++k) {
        const uint32_t at = (k * 32 + lane) * WIDTH, filter = at / COUNT;
        if (filter < filters)
            *reinterpret_cast<Some*>(to + at) = *reinterpret_cast<const Some*>(shared + at + filter * WIDTH);
    }
}

template <typename T>
template <int N, int M>
__device__ void Kalman<T>::by_thread() const {
    // Matrices of doubles are wide enough that a warp writes its filters' together. Its lanes beyond the last filter
    // have the last one too, and write nothing.
    constexpr bool TOGETHER = sizeof(T) == 8;
    const uint64_t own = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x, first = own - threadIdx.x % 32;
    if ((TOGETHER ? first : own) >= b) return;
    const uint64_t filter = TOGETHER ? min(own, uint64_t(b) - 1) : own;
    __shared__ alignas(16) T stages[4][TOGETHER ? 32 * (N * (N > M ? N : M) + 2) : 1];
    const auto store_wide = [&](const auto& from, T* to, uint32_t step) {
        constexpr int COUNT = sizeof(from) / sizeof(double);
        if constexpr (TOGETHER) {
            const uint32_t filters = uint32_t(min(uint64_t(b) - first, uint64_t(32)));
            store_together(from, to + (uint64_t(step) * b + first) * COUNT, filters, stages[threadIdx.x / 32]);
        } else {
            fixed_store<COUNT>(from, to + (uint64_t(step) * b + filter) * COUNT);
        }
    };
    const T *F = matrix(f, bf, filter, N * N), *Q = matrix(q, bq, filter, N * N);
    const T *H = matrix(h, bh, filter, M * N), *R = matrix(r, br, filter, M * M);
    double state[N], P[N * N];
    fixed_load<N>(x + filter * N, state);
    fixed_load<N * N>(p + filter * N * N, P);
#pragma unroll 1
    for (uint32_t step = 0; step < t; ++step) {
        const uint64_t at = uint64_t(step) * b + filter;
        double moved[N], W[N * N], V[N * M], K[N * M], S[M * M], seen[M], Y[M];
        fixed_load<M>(z + at * M, seen);
        fixed_fill<N, 1>(moved, [&](int i, int) {
            return fixed_sum<N>([&](int k) { return double(F[i * N + k]) * state[k]; }) + drive(filter, at, i);
        });
        fixed_fill<N, N>(
            W, [&](int i, int j) { return fixed_sum<N>([&](int k) { return double(F[i * N + k]) * P[k * N + j]; }); });
        fixed_fill<N, N>(P, [&](int i, int j) {
            return fixed_sum<N>([&](int k) { return W[i * N + k] * double(F[j * N + k]); }) + double(Q[i * N + j]);
        });
        fixed_fill<N, M>(
            V, [&](int i, int j) { return fixed_sum<N>([&](int k) { return P[i * N + k] * double(H[j * N + k]); }); });
        fixed_fill<M, 1>(Y, [&](int i, int) {
            return seen[i] - fixed_sum<N>([&](int k) { return double(H[i * N + k]) * moved[k]; });
        });
        fixed_fill<M, M>(S, [&](int i, int j) {
            return fixed_sum<N>([&](int k) { return double(H[i * N + k]) * V[k * M + j]; }) + double(R[i * M + j]);
        });
        if (own < b) {
            fixed_store<M>(Y, y + at * M);
            fixed_store<M * M>(S, s + at * M * M);
        }

        // What is missing stands apart from the rest, with variance 1 and innovation 0.
        bool known[M], positive = true;
        double present = 0;
#pragma unroll
        for (int i = 0; i < M; ++i) {
            known[i] = !isnan(seen[i]);
            present += known[i];
            Y[i] = known[i] ? Y[i] : 0;
        }
        fixed_fill<M, M>(S, [&](int i, int j) { return known[i] && known[j] ? S[i * M + j] : double(i == j); });
        fixed_fill<N, M>(K, [&](int i, int j) { return known[j] ? V[i * M + j] : 0; });

        // S becomes its lower factor L, but for the diagonal; then w = L⁻¹y, and every row of K is solved.
        double square = 0, determinant = 0, w[M], inverse[M];
#pragma unroll
        for (int j = 0; j < M; ++j) {
            const double pivot =
                S[j * M + j] - fixed_sum<M>([&](int k) { return k < j ? S[j * M + k] * S[j * M + k] : 0; });
            positive = positive && is_pivot(pivot);
            determinant += log(pivot);
            inverse[j] = rsqrt(pivot);
            w[j] = Y[j];
#pragma unroll
            for (int k = 0; k < j; ++k) w[j] -= S[j * M + k] * w[k];
            w[j] *= inverse[j];
            square += w[j] * w[j];
#pragma unroll
            for (int i = j + 1; i < M; ++i) {
#pragma unroll
                for (int k = 0; k < j; ++k) S[i * M + j] -= S[i * M + k] * S[j * M + k];
                S[i * M + j] *= inverse[j];
            }
        }
#pragma unroll
        for (int i = 0; i < N; ++i) {
#pragma unroll
            for (int j = 0; j < M; ++j) {
#pragma unroll
                for (int k = 0; k < j; ++k) K[i * M + j] -= S[j * M + k] * K[i * M + k];
                K[i * M + j] *= inverse[j];
            }
#pragma unroll
            for (int j = M - 1; j >= 0; --j) {
#pragma unroll
                for (int k = j + 1; k < M; ++k) K[i * M + j] -= S[k * M + j] * K[i * M + k];
                K[i * M + j] *= inverse[j];
            }
        }
        if (!positive) {
            fail(at);
            fixed_fill<N, M>(K, [&](int, int) { return nan(""); });
        }

        fixed_fill<N, 1>(
            state, [&](int i, int) { return moved[i] + fixed_sum<M>([&](int k) { return K[i * M + k] * Y[k]; }); });
        double keep[N * N];
        fixed_fill<N, N>(keep, [&](int i, int j) {
            return double(i == j) - fixed_sum<M>([&](int k) { return K[i * M + k] * double(H[k * N + j]); });
        });
        fixed_fill<N, N>(
            W, [&](int i, int j) { return fixed_sum<N>([&](int k) { return keep[i * N + k] * P[k * N + j]; }); });
        if (joseph) {
            fixed_fill<N, M>(V, [&](int i, int j) {
                return fixed_sum<M>([&](int k) { return K[i * M + k] * double(R[k * M + j]); });
            });
            fixed_fill<N, N>(P, [&](int i, int j) {
                return fixed_sum<N>([&](int k) { return W[i * N + k] * keep[j * N + k]; }) +
                       fixed_sum<M>([&](int k) { return V[i * M + k] * K[j * M + k]; });
            });
            fixed_fill<N, N>(W, [&](int i, int j) { return P[i * N + j]; });
        }
        fixed_fill<N, N>(P, [&](int i, int j) { return 0.5 * (W[i * N + j] + W[j * N + i]); });

        if (own < b) fixed_store<N>(state, x_next + at * N);
        store_wide(P, p_next, step);
        store_wide(K, k, step);
        if (own < b) ll[at] = T(positive ? -0.5 * (square + determinant + present * LN_TWO_PI) : nan(""));
    }
}

template <typename T>
__device__ void Kalman<T>::by_block() const {
    constexpr uint32_t N = 32, M = 16;
    // Rows one longer than the largest matrix, so that a column lies in different banks.
    __shared__ double P[N][N + 1], W[N][N + 1], keep[N][N + 1], V[N][M + 1], K[N][M + 1], L[M][M + 1];
    __shared__ double state[N], moved[N], Y[M], w[M];
    in_block(P, W, keep, V, K, L, state, moved, Y, w);
}

template <typename T>
__device__ void Kalman<T>::by_block(double* scratch) const {
    if (blockIdx.x >= b) return;
    double* const first = scratch + blockIdx.x * words();
    double* next = first;
    const auto taken = [&](uint64_t rows, uint32_t columns) {
        const Rows matrix{next, columns};
        next += rows * columns;
        return matrix;
    };
    const Rows P = taken(n, n), W = taken(n, n), keep = taken(n, n), V = taken(n, m), K = taken(n, m), L = taken(m, m);
    const Rows state = taken(n, 1), moved = taken(n, 1), Y = taken(m, 1), w = taken(m, 1);
    in_block(P, W, keep, V, K, L, state.first, moved.first, Y.first, w.first);
    __syncthreads();
    for (uint64_t i = threadIdx.x; i < words(); i += blockDim.x) first[i] = 0;
}

template <typename T>
template <typename Wide, typename Narrow>
__device__ void Kalman<T>::in_block(Wide P, Wide W, Wide keep, Narrow V, Narrow K, Narrow L, double* state,
                                    double* moved, double* Y, double* w) const {
    const uint64_t filter = blockIdx.x;
    if (filter >= b) return;
    const T *F = matrix(f, bf, filter, n * n), *Q = matrix(q, bq, filter, n * n);
    const T *H = matrix(h, bh, filter, m * n), *R = matrix(r, br, filter, m * m);
    block_fill(n, 1, [&](uint32_t i, uint32_t) { state[i] = double(x[filter * n + i]); });
    block_fill(n, n, [&](uint32_t i, uint32_t j) { P[i][j] = double(p[filter * n * n + i * n + j]); });
    for (uint32_t step = 0; step < t; ++step) {
        const uint64_t at = uint64_t(step) * b + filter;
        const T* seen = z + at * m;
        const auto known = [&](uint32_t i) { return !isnan(seen[i]); };
        block_fill(n, 1, [&](uint32_t i, uint32_t) {
            moved[i] = sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * state[k]; }) + drive(filter, at, i);
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            W[i][j] = sum_of(n, [&](uint32_t k) { return double(F[i * n + k]) * P[k][j]; });
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            P[i][j] = sum_of(n, [&](uint32_t k) { return W[i][k] * double(F[j * n + k]); }) + double(Q[i * n + j]);
        });
        block_fill(n, m, [&](uint32_t i, uint32_t j) {
            V[i][j] = sum_of(n, [&](uint32_t k) { return P[i][k] * double(H[j * n + k]); });
            K[i][j] = known(j) ? V[i][j] : 0;
        });
        block_fill(m, 1, [&](uint32_t i, uint32_t) {
            const double innovation =
                double(seen[i]) - sum_of(n, [&](uint32_t k) { return double(H[i * n + k]) * moved[k]; });
            y[at * m + i] = T(innovation);
            Y[i] = known(i) ? innovation : 0;
        });
        // What is missing stands apart from the rest, with variance 1 and innovation 0.
        block_fill(m, m, [&](uint32_t i, uint32_t j) {
            const double spread =
                sum_of(n, [&](uint32_t k) { return double(H[i * n + k]) * V[k][j]; }) + double(R[i * m + j]);
            s[at * m * m + i * m + j] = T(spread);
            L[i][j] = known(i) && known(j) ? spread : double(i == j);
        });

        bool positive = true;
        for (uint32_t j = 0; j < m; ++j) {
            block_fill(m - j, 1, [&](uint32_t below, uint32_t) {
                const uint32_t i = j + below;
                L[i][j] -= sum_of(j, [&](uint32_t k) { return L[i][k] * L[j][k]; });
            });
            const double pivot = L[j][j], root = sqrt(pivot);
            positive = positive && is_pivot(pivot);
            __syncthreads();
            block_fill(m - j, 1,
                       [&](uint32_t below, uint32_t) { L[j + below][j] = below == 0 ? root : L[j + below][j] / root; });
        }
        if (threadIdx.x == blockDim.x - 1) {
            double square = 0, determinant = 0, present = 0;
            for (uint32_t i = 0; i < m; ++i) {
                w[i] = (Y[i] - sum_of(i, [&](uint32_t k) { return L[i][k] * w[k]; })) / L[i][i];
                square += w[i] * w[i];
                determinant += 2 * log(L[i][i]);
                present += known(i);
            }
            ll[at] = T(positive ? -0.5 * (square + determinant + present * LN_TWO_PI) : nan(""));
            if (!positive) fail(at);
        }
        block_fill(n, 1, [&](uint32_t i, uint32_t) {
            for (uint32_t j = 0; j < m; ++j) {
                K[i][j] = (K[i][j] - sum_of(j, [&](uint32_t k) { return L[j][k] * K[i][k]; })) / L[j][j];
            }
            for (uint32_t j = m; j-- > 0;) {
                for (uint32_t k = j + 1; k < m; ++k) K[i][j] -= L[k][j] * K[i][k];
                K[i][j] /= L[j][j];
            }
            for (uint32_t j = 0; j < m && !positive; ++j) K[i][j] = nan("");
        });

        block_fill(n, 1, [&](uint32_t i, uint32_t) {
            state[i] = moved[i] + sum_of(m, [&](uint32_t k) { return K[i][k] * Y[k]; });
            x_next[at * n + i] = T(state[i]);
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            keep[i][j] = double(i == j) - sum_of(m, [&](uint32_t k) { return K[i][k] * double(H[k * n + j]); });
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            W[i][j] = sum_of(n, [&](uint32_t k) { return keep[i][k] * P[k][j]; });
        });
        block_fill(n, m, [&](uint32_t i, uint32_t j) {
            V[i][j] = sum_of(m, [&](uint32_t k) { return K[i][k] * double(R[k * m + j]); });
            k[at * n * m + i * m + j] = T(K[i][j]);
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            P[i][j] = joseph ? sum_of(n, [&](uint32_t k) { return W[i][k] * keep[j][k]; }) +
                                   sum_of(m, [&](uint32_t k) { return V[i][k] * K[j][k]; })
                             : W[i][j];
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) {
            if (j < i) return;
            P[i][j] = P[j][i] = 0.5 * (P[i][j] + P[j][i]);
        });
        block_fill(n, n, [&](uint32_t i, uint32_t j) { p_next[at * n * n + i * n + j] = T(P[i][j]); });
    }
}

}  // namespace prism
