use prism_derive::kernel;

#[kernel(threads = n, block = [256])]
fn double<T>(#[shape(n)] x: &mut [T]) {}

fn main() {}
