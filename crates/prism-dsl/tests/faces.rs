//! A declaration and the CUDA it prints, and what is said of one that breaks a rule.

use prism_dsl::{Declaration, cuda_face, cuda_signature, declarations, rust_face};

const SCALE: &str = "
    /// Values times `by`.
    #[kernel(threads = n, block = [256, 512], requires(n > 0), types(f32, f64), specialise(d = [3]))]
    fn scale<T: Real>(#[shape(n, d)] x: &[T], #[shape(n)] rows: &[u32], #[shape(n, d)] y: &mut [T], by: f64) {}
";

fn one(source: &str) -> Declaration {
    declarations(source).unwrap().pop().unwrap()
}

/// What is said of `#[kernel(settings)] fn f(parameters) {}`.
fn refused(settings: &str, function: &str) -> String {
    let declared = declarations(&format!("#[kernel({settings})] {function} {{}}"));
    declared.err().unwrap_or_else(|| panic!("{settings}: {function} was accepted")).to_string()
}

#[test]
fn the_wrappers_of_a_small_kernel() {
    let expected = r#"#include <cstdint>
#include "family/scale.cu"

extern "C" __global__ void __launch_bounds__(512) scale_f32_d3(const float* __restrict__ x, const uint32_t* __restrict__ rows, float* __restrict__ y, double by, uint32_t n, uint32_t d) {
    scale<float, 3>(x, rows, y, by, n, d);
}

extern "C" __global__ void __launch_bounds__(512) scale_f32(const float* __restrict__ x, const uint32_t* __restrict__ rows, float* __restrict__ y, double by, uint32_t n, uint32_t d) {
    scale<float, 0>(x, rows, y, by, n, d);
}

extern "C" __global__ void __launch_bounds__(512) scale_f64_d3(const double* __restrict__ x, const uint32_t* __restrict__ rows, double* __restrict__ y, double by, uint32_t n, uint32_t d) {
    scale<double, 3>(x, rows, y, by, n, d);
}

extern "C" __global__ void __launch_bounds__(512) scale_f64(const double* __restrict__ x, const uint32_t* __restrict__ rows, double* __restrict__ y, double by, uint32_t n, uint32_t d) {
    scale<double, 0>(x, rows, y, by, n, d);
}
"#;
    assert_eq!(cuda_face::print(&one(SCALE), "family/scale.cu"), expected);
}

#[test]
fn a_twin_is_declared_by_what_differs() {
    let kernels = "
        /// Values times `by`, two at once.
        #[kernel(
            threads = n / 2, block = [64], requires(by > 0), bench(n = 8, by = 1),
            twin(
                /// Values times `by`, one at a time.
                scale_one,
                threads = n, bench(n = 16, by = 2)
            ),
            check(n = [1, 2]),
        )]
        fn scale_two(#[shape(n)] x: &mut [f32], by: f64) {}
    ";
    let [two, one] = &declarations(kernels).unwrap()[..] else { panic!("two kernels") };
    let sizes = |d: &Declaration| -> Vec<String> {
        d.settings.bench.iter().flatten().map(|(_, size)| size.base10_digits().to_owned()).collect()
    };
    assert_eq!((two.name().to_string(), two.summary()), ("scale_two".into(), "Values times `by`, two at once.".into()));
    assert_eq!(
        (one.name().to_string(), one.summary()),
        ("scale_one".into(), "Values times `by`, one at a time.".into())
    );
    assert_eq!((sizes(two), sizes(one)), (vec!["8".into(), "1".into()], vec!["16".into(), "2".into()]));
    assert_eq!((one.settings.requires.len(), one.settings.check.len()), (1, 1));
    let printed = rust_face::print(&declarations(kernels).unwrap()).to_string();
    assert!(printed.contains("pub use self :: scale_two_reference as scale_one_reference"), "{printed}");
}

#[test]
fn what_shapes_a_launch_may_depend_on_the_size_of_an_element() {
    let kernel = "#[kernel(threads = n, block = 16 * bytes, shared = n * bytes, types(f32, f64))]
        fn f<T: Real>(#[shape(n)] x: &mut [T]) {}";
    let printed = rust_face::print(&declarations(kernel).unwrap()).to_string();
    for setting in ["BlockSize :: Needed", "shared : Some"] {
        let value = printed.split(setting).nth(1).unwrap_or_else(|| panic!("{printed}"));
        assert!(value.contains("fn value (quantities : & [u64] , bytes : u64) -> u64"), "{value}");
    }
}

#[test]
fn a_kernel_is_compiled_for_the_largest_block_that_it_may_have() {
    let bound = |block: &str| {
        let kernel = format!("#[kernel(threads = n, block = {block})] fn f(#[shape(n)] x: &mut [u32]) {{}}");
        let unit = cuda_face::print(&one(&kernel), "family/f.cu");
        unit.split_once("__launch_bounds__(").and_then(|(_, rest)| Some(rest.split_once(')')?.0.to_owned()))
    };
    assert_eq!(bound("[64, 256, 128]").as_deref(), Some("256"));
    assert_eq!(bound("n.min(512)").as_deref(), Some("1024"));
}

#[test]
fn a_twin_is_judged_as_its_declaration_is() {
    let twin = "threads = n, block = [64], twin(g, check(m = [1]))";
    assert_eq!(refused(twin, "fn f(#[shape(n)] x: &mut [f32])"), "`m` is neither a dimension nor a scalar");
}

#[test]
fn a_kernel_without_variants_keeps_its_name_from_its_device_function() {
    let kernel = "#[kernel(threads = n, block = [64])] fn f(#[shape(n)] x: &mut [u32]) {}";
    let expected = r#"#include <cstdint>
#define f f_device
#include "family/f.cu"
#undef f

extern "C" __global__ void __launch_bounds__(64) f(uint32_t* __restrict__ x, uint32_t n) {
    f_device(x, n);
}
"#;
    assert_eq!(cuda_face::print(&one(kernel), "family/f.cu"), expected);
}

#[test]
fn the_declaration_as_data() {
    let scale = one(SCALE);
    assert_eq!(scale.name(), "scale");
    assert_eq!(scale.summary(), "Values times `by`.");
    assert_eq!(cuda_face::parameter_names(&scale), ["x", "rows", "y", "by", "n", "d"]);
    let quantities: Vec<String> = scale.quantities().iter().map(ToString::to_string).collect();
    assert_eq!(quantities, ["n", "d", "by"]);
}

#[test]
fn specialised_rows_name_their_constants() {
    let kernel = "#[kernel(threads = n, block = [64], specialise((n, m) = [(1, 2), (3, 4)]))]
                  fn f(#[shape(n, m)] x: &mut [f32]) {}";
    let variants = cuda_face::variants(&one(kernel));
    let symbols: Vec<&str> = variants.iter().map(|v| v.symbol.as_str()).collect();
    assert_eq!(symbols, ["f_n1_m2", "f_n3_m4", "f"]);
    assert_eq!(variants[1].arguments, ["3", "4"]);
    assert_eq!(variants[2].arguments, ["0", "0"]);
}

#[test]
fn swapped_parameters_show_both_lists() {
    let cuda = "__device__ void scale(const T* x, T* y, const uint32_t* rows, double by, uint32_t n, uint32_t d) {}";
    assert_eq!(
        cuda_signature::check(&one(SCALE), cuda).unwrap_err(),
        "`scale` takes (x, y, rows, by, n, d) in CUDA but (x, rows, y, by, n, d) in Rust"
    );
}

#[test]
fn a_missing_function_is_shown_as_it_should_be() {
    assert_eq!(
        cuda_signature::check(&one(SCALE), "__device__ void scales(int x) {}").unwrap_err(),
        "no `__device__ void scale(x, rows, y, by, n, d)` in the CUDA source"
    );
}

#[test]
fn what_a_declaration_must_say() {
    let f = "fn f(#[shape(n)] x: &mut [f32])";
    assert_eq!(refused("block = [256]", f), "kernel `f`: say how many threads it needs: `threads = n`");
    assert_eq!(refused("threads = n", f), "kernel `f`: say its block sizes, the default first: `block = [256, 128]`");
    let both = "kernel `f`: a type parameter and `types(f32, f64)` go together";
    assert_eq!(refused("threads = n, block = [256], types(f32)", f), both);
    assert_eq!(refused("threads = n, block = [256]", "fn f<T: Real>(#[shape(n)] x: &mut [T])"), both);
}

#[test]
fn settings_that_are_not_understood() {
    let f = "fn f(#[shape(n)] x: &mut [f32])";
    assert_eq!(refused("thread = n", f), "`thread` is no setting of a kernel");
    assert_eq!(refused("requires = n", f), "expected parentheses");
    assert_eq!(refused("requires(n >)", f), "unexpected end of input, expected an expression");
    assert_eq!(refused("specialise(n = 3)", f), "expected square brackets");
    assert_eq!(refused("specialise((n, m) = [1, 2])", f), "expected parentheses");
    let all = "threads = n, block = [256]";
    assert_eq!(refused(&format!("{all}, specialise(w = [3])"), f), "`w` is neither a dimension nor a scalar");
    assert_eq!(
        refused(&format!("{all}, specialise((n, n) = [(1, 2), (3)])"), f),
        "2 names are specialised, but this row has 1 values"
    );
    assert_eq!(refused(&format!("{all}, wide(w)"), f), "`w` is no dimension");
    assert_eq!(refused(&format!("{all}, check(w = [3])"), f), "`w` is neither a dimension nor a scalar");
    assert_eq!(refused(&format!("{all}, bench(w = 3)"), f), "`w` is neither a dimension nor a scalar");
    assert_eq!(refused("threads = n, block = [2000]", f), "a block has 1 to 1024 threads");
    assert_eq!(
        refused("threads = n, block = [256], types(f8)", "fn f<T: Real>(#[shape(n)] x: &mut [T])"),
        "`f8` is no element type; there are f16, bf16, f32, f64, c64, c128, u8, u16, u32, i32, u64, i64"
    );
}

#[test]
fn parameters_that_a_kernel_cannot_take() {
    let all = "threads = n, block = [256]";
    assert_eq!(refused(all, "fn f(&self)"), "a kernel takes no self");
    assert_eq!(refused(all, "fn f(x: &mut [f32])"), "`x` needs its shape: `#[shape(n)]`");
    assert_eq!(refused(all, "fn f((a, b): (u32, u32))"), "a kernel parameter is a plain name");
    assert_eq!(refused(all, "fn f(x: &f32)"), "a kernel parameter is a number, `&[T]` or `&mut [T]`");
    assert_eq!(
        refused(all, "fn f(#[shape(n)] x: &mut [String])"),
        "`String` is no element type; there are f16, bf16, f32, f64, c64, c128, u8, u16, u32, i32, u64, i64"
    );
}
