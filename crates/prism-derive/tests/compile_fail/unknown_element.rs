use prism_derive::kernel;

#[kernel(threads = n, block = [256])]
fn double(#[shape(n)] x: &mut [bool]) {}

fn main() {}
