#include "prism/recurrent.cuh"

namespace prism {

template <typename T>
struct Gru {
    Recurrence<T> net;
    const T *drive, *w_hh, *bias;  // bias null for none
    T *y, *h_next;
    uint32_t order;

    // Unit `row` of series i at step s, from its gates' sums over the state.
    __device__ void unit(uint32_t direction, uint64_t i, uint32_t s, uint32_t row, T (&gate)[3]) const {
        const uint64_t n = net.n, place = net.at(direction, i, net.place(direction, i, s));
        const uint32_t end = net.length(i);
        if (s >= end) {
            y[place * n + row] = 0;
            return;
        }
        T driven[3];
#pragma unroll
        for (int g = 0; g < 3; ++g) {
            driven[g] = drive[(place * 3 + g) * n + row];
            if (bias) gate[g] += bias[(uint64_t(direction) * 3 + g) * n + row];
        }
        const T one = As<T>::logistic(gate[0] + driven[0]), other = As<T>::logistic(gate[1] + driven[1]);
        const T reset = order ? other : one, update = order ? one : other;
        const T candidate = tanh(driven[2] + reset * gate[2]);
        const T before = net.state(direction, i, s)[row];
        const T state = (1 - update) * candidate + update * before;
        y[place * n + row] = state;
        if (s + 1 == end) h_next[(uint64_t(direction) * net.b + i) * n + row] = state;
    }

    // Series without steps keep their state.
    template <int ITEMS>
    __device__ void keep(const Turn<ITEMS>& turn) const {
        const uint64_t i = turn.item + threadIdx.x % 32;
        if (threadIdx.x % 32 >= turn.count || net.length(i) > 0) return;
        for (uint64_t row = turn.begin; row < net.n; row += turn.stride) {
            const uint64_t own = (uint64_t(turn.direction) * net.b + i) * net.n + row;
            h_next[own] = net.h[own];
        }
    }

    template <int ITEMS>
    __device__ void run(uint32_t first, uint32_t end, uint32_t split) const {
        const Turn<ITEMS> turn(net.b, split);
        if (turn.direction >= net.d) return;
        if (first == 0) keep(turn);
        const uint64_t n = net.n, i = turn.item + threadIdx.x % 32;
        const uint32_t direction = turn.direction;
        for (uint32_t s = first; s < end; ++s) {
            const auto state = [&](uint64_t i) { return net.state(direction, i, s); };
            turn.template units<T>(net.n, state, [&](uint32_t row, const T* const(&from)[ITEMS]) {
                T gate[3];
                gate_sums<3>(gate, w_hh + (direction * 3 * n + row) * n, n * n, from, net.n);
                if (threadIdx.x % 32 < turn.count) unit(direction, i, s, row, gate);
            });
            __syncthreads();
        }
    }
};

}  // namespace prism

// A block up to four series in one direction, or a share of their units.
template <typename T>
__device__ void gru_steps(const T* h,               // [d, b, n]
                          const T* drive,           // [t, b, d, 3·n]
                          const T* w_hh,            // [d, 3·n, n]
                          const T* bias,            // [d, g]
                          const uint32_t* lengths,  // [l]
                          T* y,                     // [t, b, d, n]
                          T* h_next,                // [d, b, n]
                          uint64_t* status,         // [1]
                          uint32_t order, uint32_t reverse, uint32_t first, uint32_t count, uint32_t split, uint32_t d,
                          uint32_t b, uint32_t n, uint32_t t, uint32_t g, uint32_t l) {
    const prism::Recurrence<T> net = {h, l ? lengths : nullptr, y, reverse, d, b, n, t};
    const prism::Gru<T> gru = {net, drive, w_hh, g ? bias : nullptr, y, h_next, order};
    net.judge(status);
    if (b == 1)
        gru.template run<1>(first, first + count, split);
    else
        gru.template run<4>(first, first + count, split);
}
