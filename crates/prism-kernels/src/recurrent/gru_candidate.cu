#include "prism/recurrent.cuh"

namespace prism {

template <typename T>
struct GruCandidate {
    Recurrence<T> net;
    const T *drive, *w_hh, *bias;  // bias null for none
    const T *update, *reset;
    T *y, *h_next;
    uint32_t step;

    // Unit `row` of series i, from its candidate's sum over the reset state.
    __device__ void unit(uint32_t direction, uint64_t i, uint32_t row, T candidate) const {
        const uint64_t n = net.n, place = net.at(direction, i, net.place(direction, i, step));
        const uint64_t own = (uint64_t(direction) * net.b + i) * n + row;
        const uint32_t end = net.length(i);
        if (step >= end) {
            y[place * n + row] = 0;
            return;
        }
        candidate += drive[(place * 3 + 2) * n + row];
        if (bias) candidate += bias[(uint64_t(direction) * 3 + 2) * n + row];
        const T share = update[own], before = net.state(direction, i, step)[row];
        const T state = (1 - share) * tanh(candidate) + share * before;
        y[place * n + row] = state;
        if (step + 1 == end) h_next[own] = state;
    }

    template <int ITEMS>
    __device__ void run(uint32_t split) const {
        const Turn<ITEMS> turn(net.b, split);
        const uint64_t n = net.n, i = turn.item + threadIdx.x % 32;
        const uint32_t direction = turn.direction;
        if (direction >= net.d) return;
        const auto state = [&](uint64_t i) { return reset + (uint64_t(direction) * net.b + i) * n; };
        turn.template units<T>(net.n, state, [&](uint32_t row, const T* const(&from)[ITEMS]) {
            T sum[1];
            gate_sums<1>(sum, w_hh + ((direction * 3 + 2) * n + row) * n, n * n, from, net.n);
            if (threadIdx.x % 32 < turn.count) unit(direction, i, row, sum[0]);
        });
    }
};

}  // namespace prism

// A block a share of the units of up to four series in one direction.
template <typename T>
__device__ void gru_candidate(const T* h,               // [d, b, n]
                              const T* drive,           // [t, b, d, 3·n]
                              const T* w_hh,            // [d, 3·n, n]
                              const T* bias,            // [d, g]
                              const uint32_t* lengths,  // [l]
                              const T* update,          // [d, b, n]
                              const T* reset,           // [d, b, n]
                              T* y,                     // [t, b, d, n]
                              T* h_next,                // [d, b, n]
                              uint32_t reverse, uint32_t step, uint32_t split, uint32_t d, uint32_t b, uint32_t n,
                              uint32_t t, uint32_t g, uint32_t l) {
    const prism::Recurrence<T> net = {h, l ? lengths : nullptr, y, reverse, d, b, n, t};
    const prism::GruCandidate<T> candidate = {net, drive, w_hh, g ? bias : nullptr, update, reset, y, h_next, step};
    if (b == 1)
        candidate.template run<1>(split);
    else
        candidate.template run<4>(split);
}
