//! A directory of its own for each test, and the command run in it.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// A directory that vanishes with the test.
pub struct Sandbox(TempDir);

impl Sandbox {
    /// An empty directory.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A directory with `good.csv`: channels `a` and `b`, 60 samples, no two alike.
    pub fn with_good() -> Self {
        let sandbox = Self::new();
        sandbox.write("good.csv", good(60));
        sandbox
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a file into the directory.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), content).unwrap();
    }

    /// The names of what is in the directory.
    pub fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// The command with the words of `line`, run in the directory.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::cargo_bin("prism-ai").unwrap();
        command.current_dir(self.path()).args(line.split_whitespace());
        command
    }

    /// Runs the words of `line`.
    pub fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// Runs the words of `line`, which must succeed; returns what went to stdout.
    pub fn done(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs the words of `line`, which must be refused with exactly `error: message` and leave nothing behind.
    pub fn refuses(&self, line: &str, message: &str) {
        self.fails(line, 2, &format!("error: {message}\n"));
    }

    /// Runs the words of `line`, which must be refused by the parser of options with `message` and leave nothing behind.
    pub fn misread(&self, line: &str, message: &str) {
        self.fails(line, 2, &format!("error: {message}\n\nFor more information, try '--help'.\n"));
    }

    fn fails(&self, line: &str, code: i32, stderr: &str) {
        let before = self.names();
        let output = self.run(line);
        assert_eq!(text(&output.stderr), stderr, "{line}");
        assert_eq!(output.status.code(), Some(code), "{line}");
        assert_eq!(text(&output.stdout), "", "{line}");
        assert_eq!(self.names(), before, "{line} left something behind");
    }
}

/// What was printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Two channels, `a` and `b`, of `n` samples.
pub fn good(n: u32) -> String {
    let row = |t: f64| format!("{},{}\n", (t * 0.7).sin() + t * 1e-3, (t * 1.3).cos() - t * 1e-3);
    std::iter::once("a,b\n".to_owned()).chain((0..n).map(|t| row(f64::from(t)))).collect()
}
