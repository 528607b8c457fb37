// Tensor cores by the warp, and how 16-bit elements reach them: asynchronous copies to shared memory, tiles of which
// rows are permuted so that neither copies nor fragments meet in a bank.
#pragma once
#include <type_traits>

#include "prism/element.cuh"

namespace prism {

__device__ inline uint32_t shared_address(const void* at) { return uint32_t(__cvta_generic_to_shared(at)); }

// Sixteen bytes from global to shared memory, zeros unless `known`; both addresses are multiples of 16.
__device__ inline void copy_async(void* to, const void* from, bool known) {
    const int bytes = known ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from), "r"(bytes)
                 : "memory");
}

// Waits for this thread's copies; a barrier makes those of others visible.
__device__ inline void wait_for_copies() { asm volatile("cp.async.wait_all;" ::: "memory"); }

// Rows of WIDTH elements, a multiple of 64: chunk c of eight elements of row r lies in the place of chunk c ^ (r mod
// 8).
template <typename T, uint32_t WIDTH>
struct Tile {
    T* data;

    __device__ T* chunk(uint32_t row, uint32_t c) const { return data + row * WIDTH + (c ^ (row & 7)) * 8; }
};

// Four matrices of 8 × 8 elements, each lane naming the row of one; TRANSPOSED hands out their columns.
template <bool TRANSPOSED>
__device__ inline void load_matrices(uint32_t (&to)[4], const void* row) {
    const uint32_t at = shared_address(row);
    if constexpr (TRANSPOSED)
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                     : "r"(at)
                     : "memory");
    else
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                     : "r"(at)
                     : "memory");
}

// sum += a·b, 16 × 16 by 16 × 8.
template <typename T>
__device__ inline void multiply_add(float (&sum)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
    static_assert(sizeof(T) == 2, "elements of 16 bits");
    if constexpr (std::is_same<T, __half>::value)
        asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};"
            : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    else
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
            "{%0, %1, %2, %3};"
            : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Two elements in a word, the first in its lower half.
template <typename T>
__device__ inline uint32_t pair_of(float a, float b) {
    uint32_t word;
    if constexpr (std::is_same<T, __half>::value)
        asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(b), "f"(a));
    else
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(b), "f"(a));
    return word;
}

}  // namespace prism
