use prism_derive::kernel;

#[kernel(threads = n, blocks = [256])]
fn double(#[shape(n)] x: &mut [f32]) {}

fn main() {}
