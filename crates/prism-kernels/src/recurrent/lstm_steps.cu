#include "prism/recurrent.cuh"

namespace prism {

template <typename T>
struct Lstm {
    Recurrence<T> net;
    const T *c, *drive, *w_hh, *bias, *peephole;  // bias and peephole null for none
    T *y, *h_next, *c_next;
    uint32_t order;

    // Unit `row` of series i at step s, from its gates' sums over the state.
    __device__ void unit(uint32_t direction, uint64_t i, uint32_t s, uint32_t row, T (&gate)[4]) const {
        const uint64_t n = net.n, place = net.at(direction, i, net.place(direction, i, s));
        const uint64_t own = (uint64_t(direction) * net.b + i) * n + row;
        const uint32_t end = net.length(i);
        if (s >= end) {
            y[place * n + row] = 0;
            return;
        }
#pragma unroll
        for (int g = 0; g < 4; ++g) {
            gate[g] += drive[(place * 4 + g) * n + row];
            if (bias) gate[g] += bias[(uint64_t(direction) * 4 + g) * n + row];
        }
        const T before = s ? c_next[own] : c[own], candidate = order ? gate[3] : gate[2];
        const T* const p = peephole + uint64_t(direction) * 3 * n + row;
        T input = gate[0], output = order ? gate[1] : gate[3], forget = order ? gate[2] : gate[1];
        if (peephole) {
            input += p[0] * before;
            forget += p[2 * n] * before;
        }
        const T after = As<T>::logistic(forget) * before + As<T>::logistic(input) * tanh(candidate);
        if (peephole) output += p[n] * after;
        const T state = As<T>::logistic(output) * tanh(after);
        c_next[own] = after;
        y[place * n + row] = state;
        if (s + 1 == end) h_next[own] = state;
    }

    // Series without steps keep their state.
    template <int ITEMS>
    __device__ void keep(const Turn<ITEMS>& turn) const {
        const uint64_t i = turn.item + threadIdx.x % 32;
        if (threadIdx.x % 32 >= turn.count || net.length(i) > 0) return;
        for (uint64_t row = turn.begin; row < net.n; row += turn.stride) {
            const uint64_t own = (uint64_t(turn.direction) * net.b + i) * net.n + row;
            h_next[own] = net.h[own];
            c_next[own] = c[own];
        }
    }

    template <int ITEMS>
    __device__ void run(uint32_t first, uint32_t end, uint32_t split) const {
        const Turn<ITEMS> turn(net.b, split);
        if (turn.direction >= net.d) return;
        if (first == 0) keep(turn);
        const uint64_t n = net.n;
        const uint32_t lane = threadIdx.x % 32, direction = turn.direction;
        for (uint32_t s = first; s < end; ++s) {
            const auto state = [&](uint64_t i) { return net.state(direction, i, s); };
            turn.template units<T>(net.n, state, [&](uint32_t row, const T* const(&from)[ITEMS]) {
                T gate[4];
                gate_sums<4>(gate, w_hh + (direction * 4 * n + row) * n, n * n, from, net.n);
                if (lane < turn.count) unit(direction, turn.item + lane, s, row, gate);
            });
            __syncthreads();
        }
    }
};

}  // namespace prism

// A block up to four series in one direction, or a share of their units.
template <typename T>
__device__ void lstm_steps(const T* h,               // [d, b, n]
                           const T* c,               // [d, b, n]
                           const T* drive,           // [t, b, d, 4·n]
                           const T* w_hh,            // [d, 4·n, n]
                           const T* bias,            // [d, g]
                           const T* peephole,        // [d, p]
                           const uint32_t* lengths,  // [l]
                           T* y,                     // [t, b, d, n]
                           T* h_next,                // [d, b, n]
                           T* c_next,                // [d, b, n]
                           uint64_t* status,         // [1]
                           uint32_t order, uint32_t reverse, uint32_t first, uint32_t count, uint32_t split, uint32_t d,
                           uint32_t b, uint32_t n, uint32_t t, uint32_t g, uint32_t p, uint32_t l) {
    const prism::Recurrence<T> net = {h, l ? lengths : nullptr, y, reverse, d, b, n, t};
    const prism::Lstm<T> lstm = {net, c,      drive,  w_hh, g ? bias : nullptr, p ? peephole : nullptr,
                                 y,   h_next, c_next, order};
    net.judge(status);
    if (b == 1)
        lstm.template run<1>(first, first + count, split);
    else
        lstm.template run<4>(first, first + count, split);
}
