#include "prism/exponential.cuh"
#include "prism/row.cuh"

namespace prism {

// What exponents are taken over: the largest element, where there is one to speak of.
template <typename W>
__device__ W base(W most) {
    return most == -infinity<W>() ? 0 : most;
}

// Division by a number known in advance, rounded as if it were done once.
template <typename W>
struct Divider {
    W inverse, rest;

    __device__ explicit Divider(double divisor)
        : inverse(W(1 / divisor)), rest(W(fma(-divisor, double(inverse), 1.0) / divisor)) {}

    __device__ W operator()(W x) const {
        const W quotient = x * inverse, lost = fma(x, inverse, -quotient) + x * rest;
        return isfinite(quotient) ? quotient + lost : quotient;
    }
};

}  // namespace prism

template <typename T>
__device__ void softmax(const T* x,  // [r, n]
                        T* y,        // [r, n]
                        double temperature, uint32_t log_form, uint64_t r, uint32_t n) {
    using W = prism::computed<T>;
    __shared__ W shared[32];
    const W outside = -prism::infinity<W>();
    const prism::Divider<W> over_temperature(temperature);
    prism::each_row<T>(r, n, [&](uint64_t row, auto how) {
        using How = decltype(how);
        using Group = typename How::Group;
        using Row = typename How::Row;
        W most = outside, sum = 0;
        // Leaves exponents over base(most) in the place of the elements.
        auto meet = [&](Row& part) {
            W largest = part.x[0];
#pragma unroll
            for (W value : part.x) largest = max(largest, value);
            largest = max(most, Group::combined(largest, shared, prism::Max()));
            W powers = 0;
#pragma unroll
            for (W& value : part.x) {
                value = over_temperature(value - prism::base(largest));
                powers += prism::As<T>::exponential(value);
            }
            if (sum > 0) sum *= prism::As<T>::exponential(over_temperature(most - largest));
            sum += Group::combined(powers, shared, prism::Sum());
            most = largest;
        };
        auto write = [&](const Row& part, uint32_t at, W shift) {
            T* const to = y + row * n + at;
            if (log_form) {
                shift -= log(sum);
                part.store(to, [=](W value, uint32_t) { return value + shift; });
            } else {
                const W scale = 1 / sum;
                part.store(to, [=](W value, uint32_t) { return prism::As<T>::exponential(value + shift) * scale; });
            }
        };
        const T* const from = x + row * n;
        Row first(from, min(n, How::PART), outside);
        meet(first);
        const W over = prism::base(most);
        How::others(from, n, outside, [&](Row part, uint32_t) { meet(part); });
        write(first, 0, over_temperature(over - prism::base(most)));
        How::others(from, n, outside, [&](Row part, uint32_t at) {
#pragma unroll
            for (W& value : part.x) value = over_temperature(value - prism::base(most));
            write(part, at, 0);
        });
    });
}
