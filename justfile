# What is done often. `just` alone lists it.

set shell := ["bash", "-euo", "pipefail", "-c"]

[private]
default:
    @just --list --unsorted

# What CI runs; needs no GPU
check: format lint test docs deny artifacts unproven

# What a machine with a GPU adds: the tests' GPU legs, a record of what it said of every kernel, the times
gpu: test
    cargo run --release --locked --package prism-cli -- kernels validate --device cuda --record validation
    cargo run --release --locked --package prism-cli -- kernels bench --device cuda

# As check, and every kernel must have a record of its current compiled form
check-proven: check
    cargo xtask unproven --deny

# Writes a new kernel, already failing its test: just new knn/count
new kernel:
    cargo xtask new {{ kernel }}
    cargo xtask kernels

# Compiles the kernels whose source changed
kernels:
    cargo xtask kernels

# Formats all sources
fmt:
    cargo fmt --all
    cargo xtask format

# Formatting, of Rust and CUDA
format:
    cargo fmt --all --check
    cargo xtask format --check

# Clippy
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Tests
test:
    cargo test --workspace --locked

# Documentation
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude prism-cli --exclude xtask --no-deps --locked

# Licences and sources of dependencies; advisories and bans where cargo-deny is installed
deny:
    cargo xtask dependencies
    if cargo deny --version >/dev/null 2>&1; then cargo deny check; else echo "cargo-deny is not installed: advisories and bans were not checked"; fi

# The committed PTX is what its sources compile to
artifacts:
    cargo xtask kernels --check

# The kernels no GPU has validated as they are compiled now
unproven:
    cargo xtask unproven
