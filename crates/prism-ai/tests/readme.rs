//! The programs in the README and the guide are the examples that the tests build.

use std::fs;
use std::path::Path;

#[test]
fn the_pages_show_the_examples_as_they_are() {
    let read = |path: &str| fs::read_to_string(Path::new("../..").join(path)).unwrap();
    for (page, example) in [
        ("README.md", "crates/prism-ai/examples/network.rs"),
        ("docs/src/operations.md", "crates/prism-kernels/examples/attention.rs"),
    ] {
        let text = read(example);
        let program = &text[text.find("use ").unwrap()..];
        assert!(read(page).contains(&format!("```rust\n{program}```\n")), "copy {example} into {page}");
    }
}
