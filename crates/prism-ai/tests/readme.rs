//! The README's program is the example that the tests build.

use std::fs;
use std::path::Path;

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let example = read("examples/network.rs");
    let program = &example[example.find("use ").unwrap()..];
    assert!(read("../../README.md").contains(&format!("```rust\n{program}```\n")), "copy the example into the README");
}
