use prism_derive::kernel;

#[kernel(threads = n, block = [256])]
struct Double;

fn main() {}
