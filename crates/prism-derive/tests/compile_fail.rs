//! Declarations that do not compile, and what the compiler says of them.

#[test]
fn misuse_is_refused_where_it_stands() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
