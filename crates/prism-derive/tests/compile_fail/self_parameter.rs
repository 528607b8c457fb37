use prism_derive::kernel;

struct S;

impl S {
    #[kernel(threads = n, block = [256])]
    fn double(&self, #[shape(n)] x: &mut [f32]) {}
}

fn main() {}
