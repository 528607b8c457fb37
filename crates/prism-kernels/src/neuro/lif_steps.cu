#include <cstdint>

#include "prism/four.cuh"
#include "prism/warp.cuh"

namespace prism {

// One neuron; the constants are those of the declaration.
struct Lif {
    double factor, e_l, v_th, v_reset;
    int32_t refractory;
    bool euler;

    // One step with the drive R·I and the jump; whether it spikes. Every operation is rounded on its own.
    template <typename T>
    __device__ bool step(T& v, int32_t& counter, double drive, const T* jump) const {
        if (counter > 0) {
            --counter;
            return false;
        }
        const double now = v, rest = __dadd_rn(e_l, drive);
        double next = euler ? __dadd_rn(now, __dmul_rn(factor, __dadd_rn(__dsub_rn(e_l, now), drive)))
                            : __dadd_rn(rest, __dmul_rn(__dsub_rn(now, rest), factor));
        if (jump) next = __dadd_rn(next, double(*jump));
        v = T(next);
        if (!(double(v) >= v_th)) return false;
        v = T(v_reset);
        counter = refractory;
        return true;
    }
};

}  // namespace prism

// A warp 128 neurons of a row, a lane four of them; eight lanes make a word of spikes.
template <typename T>
__device__ void lif_steps(const T* v,              // [b, n]
                          const int32_t* counter,  // [b, n]
                          const T* current,        // [cb, cn]
                          const T* jump,           // [jr, n]
                          T* v_next,               // [b, n]
                          int32_t* counter_next,   // [b, n]
                          uint32_t* spikes,        // [steps * b, words(n)]
                          uint32_t* status,        // [1]
                          uint32_t steps, uint32_t euler, int32_t refractory, double factor, double e_l,
                          double resistance, double v_th, double v_reset, uint32_t b, uint32_t n, uint32_t cb,
                          uint32_t cn, uint32_t jr) {
    const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    const uint32_t lane = threadIdx.x % 32, parts = (uint64_t(n) + 127) / 128, words = (uint64_t(n) + 31) / 32;
    if (warp >= uint64_t(b) * parts) return;
    const uint64_t row = warp / parts, first = warp % parts * 128 + lane * 4;
    const uint32_t count = first < n ? min(uint64_t(4), n - first) : 0;
    const bool aligned = n % 4 == 0;

    prism::Four<T> potential = prism::load_four(v + row * n + first, count, aligned), arrivals = {};
    prism::Four<int32_t> wait = prism::load_four(counter + row * n + first, count, aligned);
    const bool each = cb == b && cn == n;
    prism::Four<T> amplitude = {};
    if (each) amplitude = prism::load_four(current + row * n + first, count, aligned);
    double drive[4];
    bool faulty = false;
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const T i = each ? amplitude.at[k] : current[0];
        faulty |= isnan(i) && k < count;
        drive[k] = __dmul_rn(resistance, double(i));
    }
    if (faulty) atomicOr(status, 1u);

    const prism::Lif neuron = {factor, e_l, v_th, v_reset, refractory, euler == 1};
    for (uint32_t s = 0; s < steps; ++s) {
        const uint64_t at = uint64_t(s) * b + row;
        if (jr) arrivals = prism::load_four(jump + at * n + first, count, aligned);
        uint32_t fired = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            const bool spike = neuron.step(potential.at[k], wait.at[k], drive[k], jr ? arrivals.at + k : nullptr);
            fired |= uint32_t(spike && k < count) << k;
        }
        fired <<= lane % 8 * 4;
        for (int step = 1; step < 8; step *= 2) fired |= __shfl_xor_sync(prism::FULL, fired, step);
        if (lane % 8 == 0 && count) spikes[at * words + first / 32] = fired;
    }
    prism::store_four(v_next + row * n + first, potential, count, aligned);
    prism::store_four(counter_next + row * n + first, wait, count, aligned);
}
