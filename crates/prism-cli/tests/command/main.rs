//! The command as a user runs it: its text, its exit codes and what it leaves behind.

mod bad_input;
mod bad_settings;
mod bench;
mod devices;
mod help;
mod interrupt;
mod jidt;
mod kernels;
mod memory;
mod runs;
mod sandbox;
mod tune;
