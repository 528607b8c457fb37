use prism_derive::kernel;

#[kernel(threads = n, block = [256], specialise(m = [3]))]
fn double(#[shape(n)] x: &mut [f32]) {}

fn main() {}
