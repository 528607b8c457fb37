#include "prism/recurrent.cuh"

namespace prism {

template <typename T>
struct GruReset {
    Recurrence<T> net;
    const T *drive, *w_hh, *bias;  // bias null for none
    T *update, *reset;
    uint32_t order, step;

    // Unit `row` of series i, from its gates' sums over the state and what the state is.
    __device__ void unit(uint32_t direction, uint64_t i, uint32_t row, T (&gate)[2], T before) const {
        const uint64_t n = net.n, place = net.at(direction, i, net.place(direction, i, step));
        const uint64_t own = (uint64_t(direction) * net.b + i) * n + row;
        const bool steps = step < net.length(i);
#pragma unroll
        for (int g = 0; g < 2; ++g) {
            gate[g] += drive[(place * 3 + g) * n + row];
            if (bias) gate[g] += bias[(uint64_t(direction) * 3 + g) * n + row];
        }
        update[own] = steps ? As<T>::logistic(order ? gate[0] : gate[1]) : T(0);
        reset[own] = steps ? As<T>::logistic(order ? gate[1] : gate[0]) * before : T(0);
    }

    template <int ITEMS>
    __device__ void run(uint32_t split) const {
        const Turn<ITEMS> turn(net.b, split);
        const uint64_t n = net.n, i = turn.item + threadIdx.x % 32;
        const uint32_t direction = turn.direction;
        if (direction >= net.d) return;
        const auto state = [&](uint64_t i) { return net.state(direction, i, step); };
        turn.template units<T>(net.n, state, [&](uint32_t row, const T* const(&from)[ITEMS]) {
            T gate[2];
            gate_sums<2>(gate, w_hh + (direction * 3 * n + row) * n, n * n, from, net.n);
            if (threadIdx.x % 32 < turn.count) unit(direction, i, row, gate, state(i)[row]);
        });
    }
};

}  // namespace prism

// A block a share of the units of up to four series in one direction.
template <typename T>
__device__ void gru_reset(const T* h,               // [d, b, n]
                          const T* drive,           // [t, b, d, 3·n]
                          const T* w_hh,            // [d, 3·n, n]
                          const T* bias,            // [d, g]
                          const uint32_t* lengths,  // [l]
                          const T* y,               // [t, b, d, n]
                          T* update,                // [d, b, n]
                          T* reset,                 // [d, b, n]
                          uint32_t order, uint32_t reverse, uint32_t step, uint32_t split, uint32_t d, uint32_t b,
                          uint32_t n, uint32_t t, uint32_t g, uint32_t l) {
    const prism::Recurrence<T> net = {h, l ? lengths : nullptr, y, reverse, d, b, n, t};
    const prism::GruReset<T> gates = {net, drive, w_hh, g ? bias : nullptr, update, reset, order, step};
    if (b == 1)
        gates.template run<1>(split);
    else
        gates.template run<4>(split);
}
