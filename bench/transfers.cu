// What copies between this host and its GPU can reach: pinned memory, one way and both ways at once, best of five; and the
// loop that a first program writes: ordinary memory up, a kernel, down, one after another.
// usage: nvcc -O3 -o transfers transfers.cu && ./transfers
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

__global__ void relu(float* y, const float* x, size_t n) {
    size_t i = blockIdx.x * size_t{blockDim.x} + threadIdx.x;
    if (i < n) y[i] = fmaxf(x[i], 0);
}

template <typename Work>
double seconds(Work work) {
    double least = 1e30;
    for (int run = 0; run < 5; ++run) {
        cudaDeviceSynchronize();
        auto start = std::chrono::steady_clock::now();
        work();
        cudaDeviceSynchronize();
        least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return least;
}

void print(const char* what, double bytes, double seconds) {
    std::printf("{\"transfers\":\"%s\",\"gb_per_s\":%.2f}\n", what, bytes / seconds / 1e9);
}

int main() {
    const size_t chunk = size_t{64} << 20, chunks = 32, n = chunk / sizeof(float);
    cudaStream_t up, down;
    cudaStreamCreate(&up);
    cudaStreamCreate(&down);
    void *in, *out, *from, *to;
    cudaMallocHost(&from, chunk);
    cudaMallocHost(&to, chunk);
    cudaMalloc(&in, chunk);
    cudaMalloc(&out, chunk);
    auto upload = [&] { cudaMemcpyAsync(in, from, chunk, cudaMemcpyHostToDevice, up); };
    auto download = [&] { cudaMemcpyAsync(to, out, chunk, cudaMemcpyDeviceToHost, down); };
    auto all = [&](auto work) { for (size_t i = 0; i < chunks; ++i) work(); };
    print("up, pinned", chunk * chunks, seconds([&] { all(upload); }));
    print("down, pinned", chunk * chunks, seconds([&] { all(download); }));
    print("both ways, pinned", 2.0 * chunk * chunks, seconds([&] { all([&] { upload(), download(); }); }));
    float *x = static_cast<float*>(std::calloc(n, 4)), *y = static_cast<float*>(std::calloc(n, 4));
    auto loop = [&] {
        cudaMemcpy(in, x, chunk, cudaMemcpyHostToDevice);
        relu<<<(n + 255) / 256, 256>>>(static_cast<float*>(out), static_cast<float*>(in), n);
        cudaMemcpy(y, out, chunk, cudaMemcpyDeviceToHost);
    };
    print("plain loop, both ways", 2.0 * chunk * chunks, seconds([&] { all(loop); }));
    return cudaGetLastError() == cudaSuccess ? 0 : 1;
}
