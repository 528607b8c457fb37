// Copies from global to shared memory that threads do not wait for, in stages ahead of the work on them.
#pragma once
#include <cstdint>

namespace prism {

// Sixteen bytes, or as many zeros. Both addresses are multiples of 16.
__device__ inline void copy_async(void* to, const void* from, bool known) {
    const uint32_t shared = __cvta_generic_to_shared(to), bytes = known ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(from), "r"(bytes) : "memory");
}

// Ends a group of copies of this thread.
__device__ inline void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most `LEFT` groups of copies of this thread are under way.
template <int LEFT>
__device__ void wait_for_copies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(LEFT) : "memory");
}

// Waits for all copies of this thread, in groups or not.
__device__ inline void wait_for_all_copies() { asm volatile("cp.async.wait_all;" ::: "memory"); }

// Calls fetch(step, stage) and work(stage) for all steps, fetching STAGES − 1 steps ahead. All threads of the block
// must call it. What `fetch` puts into a stage, at once or by copies, all threads see in `work`.
template <int STAGES, typename Fetch, typename Work>
__device__ void staged(uint32_t steps, Fetch fetch, Work work) {
#pragma unroll
    for (uint32_t step = 0; step < STAGES - 1; ++step) {
        if (step < steps) fetch(step, step);
        commit_copies();
    }
    for (uint32_t step = 0; step < steps; ++step) {
        wait_for_copies<STAGES - 2>();
        // Everyone's part of this stage is here, and nobody works on the stage that is filled next.
        __syncthreads();
        const uint32_t next = step + STAGES - 1;
        if (next < steps) fetch(next, next % STAGES);
        commit_copies();
        work(step % STAGES);
    }
}

}  // namespace prism
