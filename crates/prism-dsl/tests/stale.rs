//! When a compiled kernel no longer belongs to its source.

use prism_dsl::source_tree::{self, KernelSource};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const DECLARATION: &str =
    "#[kernel(threads = n, block = [64])] fn move_on(#[shape(n)] x: &[f32], #[shape(n)] y: &mut [f32]) {}";
const DEVICE_FUNCTION: &str = "__device__ void move_on(const float* x, float* y, uint32_t n) {}\n";

/// A tree of one kernel, `move/on`, and a header that it does not include.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(TempDir::new().unwrap());
        tree.write("src/move/on.rs", DECLARATION).write("src/move/on.cu", DEVICE_FUNCTION);
        tree.write("cuda/prism/warp.cuh", "// A header.\n");
        tree
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn read(&self) -> Result<Vec<KernelSource>, String> {
        let folder: &Path = self.0.path();
        source_tree::read(&folder.join("src"), &folder.join("cuda"))
    }

    fn hash(&self) -> String {
        self.read().unwrap().pop().unwrap().hash
    }
}

#[test]
fn the_hash_is_of_what_is_compiled() {
    let tree = Tree::new();
    let before = tree.hash();
    assert_eq!(before.len(), 16);
    assert_eq!(tree.hash(), before);
    tree.write("src/move/on.rs", &format!("// A comment.\n{DECLARATION}"));
    assert_eq!(tree.hash(), before, "the reference's text is not compiled by nvcc");
    tree.write("src/move/on.rs", &DECLARATION.replace("64", "128"));
    assert_ne!(tree.hash(), before, "the declaration makes the wrapper");
}

#[test]
fn a_changed_cuda_file_changes_the_hash() {
    let tree = Tree::new();
    let before = tree.hash();
    tree.write("src/move/on.cu", &format!("{DEVICE_FUNCTION}// Another.\n"));
    assert_ne!(tree.hash(), before);
}

#[test]
fn a_header_counts_where_it_is_included() {
    let tree = Tree::new();
    tree.write("src/move/on.cu", &format!("#include \"prism/warp.cuh\"\n{DEVICE_FUNCTION}"));
    tree.write("cuda/prism/warp.cuh", "#include \"prism/lane.cuh\"\n").write("cuda/prism/lane.cuh", "// One.\n");
    let before = tree.hash();
    tree.write("cuda/prism/block.cuh", "// Nobody asks.\n");
    assert_eq!(tree.hash(), before);
    tree.write("cuda/prism/lane.cuh", "// Another.\n");
    assert_ne!(tree.hash(), before, "included by what is included");
    tree.write("src/move/on.cu", &format!("#include \"prism/none.cuh\"\n{DEVICE_FUNCTION}"));
    assert!(tree.read().err().unwrap().contains("none.cuh"));
}

#[test]
fn errors_name_the_file() {
    let tree = Tree::new();
    tree.write("src/move/on.cu", "__device__ void move_off(const float* x, float* y, uint32_t n) {}");
    let error = tree.read().err().unwrap();
    assert!(error.ends_with("on.cu: no `__device__ void move_on(x, y, n)` in the CUDA source"), "{error}");
}
