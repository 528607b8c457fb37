use prism_derive::kernel;

#[kernel(operation, threads = n, block = [256])]
fn scaled(#[shape(n)] x: &[f32], #[shape(n)] y: &mut [f32], factor: f32) {}

fn main() {}
