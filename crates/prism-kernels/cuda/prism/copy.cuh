// Copies from global to shared memory that run while their thread goes on.
#pragma once
#include <cstdint>

namespace prism {

// Starts to copy an element, or zeros unless `known`; `from` must be an address of global memory in any case.
template <typename E>
__device__ inline void start_copy(E* to, const E* from, bool known) {
    const uint32_t address = __cvta_generic_to_shared(to), bytes = known ? sizeof(E) : 0;
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
                 :
                 : "r"(address), "l"(__cvta_generic_to_global(from)), "n"(sizeof(E)), "r"(bytes)
                 : "memory");
}

template <typename E>
__device__ inline void start_copy(E* to, const E* from) {
    const uint32_t address = __cvta_generic_to_shared(to);
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2;"
                 :
                 : "r"(address), "l"(__cvta_generic_to_global(from)), "n"(sizeof(E))
                 : "memory");
}

// Waits for all copies that this thread started; other threads see them after a barrier.
__device__ inline void await_copies() { asm volatile("cp.async.wait_all;" ::: "memory"); }

}  // namespace prism
