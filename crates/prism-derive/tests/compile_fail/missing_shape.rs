use prism_derive::kernel;

#[kernel(threads = n, block = [256])]
fn double(#[shape(n)] x: &[f32], y: &mut [f32]) {}

fn main() {}
