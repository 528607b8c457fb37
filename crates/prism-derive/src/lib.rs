//! The #[kernel] attribute: the proc-macro shell over prism-dsl.
