#include "prism/divergence.cuh"
#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void categorical_terms(const T* q,       // [b, s]
                                  const T* prior,   // [b, s]
                                  const T* loglik,  // [l, s]
                                  T* complexity,    // [b, w]
                                  T* accuracy,      // [l * parts]
                                  double log_floor, uint32_t first, uint32_t parts, uint32_t b, uint32_t s, uint32_t l,
                                  uint32_t w) {
    using State = prism::Three<T>;
    const prism::RowPart part(b, s, parts);
    const uint64_t start = part.row * s;
    const T floor = T(log_floor);
    const auto floored = [&](T x) { return x < floor ? floor : x; };
    double cost = 0, gain = 0;
    part.each([&](uint64_t i) { return State{q[start + i], prior[start + i], l > 0 ? loglik[start + i] : T(0)}; },
              [&](State x) {
                  if (x.a == 0) return;
                  cost += double(x.a * prism::log_ratio(floored(x.a), floored(x.b)));
                  gain += double(x.a) * double(x.c);
              });
    cost = part.sum(cost);
    gain = part.sum(gain);
    if (!part.writes()) return;
    complexity[part.row * w + first + part.item % parts] = T(cost);
    if (l > 0) accuracy[part.item] = T(gain);
}
