// What the CUDA runtime's own allocators cost the host: medians of pairs of an allocation and its return, sixteen timed together.
// usage: nvcc -O3 -o allocations allocations.cu && ./allocations
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

template <typename Pair>
void print(const char* name, size_t bytes, int samples, Pair pair) {
    std::vector<double> times;
    for (int sample = 0; sample < samples; ++sample) {
        auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 16; ++i) {
            pair();
        }
        std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
        times.push_back(spent.count() / 16);
    }
    std::sort(times.begin(), times.end());
    auto at = [&](double share) { return times[static_cast<size_t>(share * times.size())]; };
    std::printf("{\"memory\":\"%s\",\"bytes\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,\"p999_ns\":%.1f}\n", name, bytes, at(0.5),
                at(0.99), at(0.999));
}

int main() {
    cudaStream_t stream;
    cudaStreamCreate(&stream);
    cudaMemPool_t pool;
    cudaDeviceGetDefaultMemPool(&pool, 0);
    unsigned long long kept = ~0ull;
    cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &kept);
    for (size_t bytes : {size_t{256}, size_t{64} << 10, size_t{1} << 20, size_t{64} << 20}) {
        void* memory = nullptr;
        print("cudaMallocAsync", bytes, 20000, [&] {
            cudaMallocAsync(&memory, bytes, stream);
            cudaFreeAsync(memory, stream);
        });
        cudaStreamSynchronize(stream);
        print("cudaMalloc", bytes, 50, [&] {
            cudaMalloc(&memory, bytes);
            cudaFree(memory);
        });
    }
    return cudaGetLastError() == cudaSuccess ? 0 : 1;
}
