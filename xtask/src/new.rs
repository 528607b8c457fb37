//! Scaffolds a kernel: its declaration, its CUDA function, its place in the family's list.

use crate::wheels::run;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DECLARATION: &str = include_str!("../templates/kernel.rs.txt");
const DEVICE_FUNCTION: &str = include_str!("../templates/kernel.cu.txt");
const FAMILY: &str = include_str!("../templates/family.rs.txt");
const EXPORT: &str = "pub use {file}::{{CONSTANT}, {kernel}, {kernel}_reference};";

/// Writes the kernel `family/file`, named `family_file`, and its family when that is new.
pub fn write(root: &Path, path: &str) -> Result<()> {
    let Some((family, file)) = path.split_once('/').filter(|(a, b)| is_name(a) && is_name(b)) else {
        bail!("`{path}` is not family/kernel, each a lower-case name: knn/count");
    };
    let names = Names { family, file, kernel: format!("{family}_{file}") };
    let source = root.join("crates/prism-kernels/src");
    let kernel = source.join(family).join(file);
    ensure!(!kernel.with_extension("rs").exists(), "{} is there already", kernel.with_extension("rs").display());
    let mut written = vec![kernel.with_extension("rs")];
    fs::create_dir_all(source.join(family))?;
    fs::write(&written[0], names.fill(DECLARATION))?;
    fs::write(kernel.with_extension("cu"), names.fill(DEVICE_FUNCTION))?;
    written.extend(names.list(&source)?);
    run(Command::new("rustfmt").args(["--edition", "2024", "--config-path"]).arg(root).args(&written))?;
    println!("wrote {}.{{rs,cu}}, listed `{}`; its known answer is yours to give", kernel.display(), names.kernel);
    Ok(())
}

fn is_name(text: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(word)
}

struct Names<'a> {
    family: &'a str,
    file: &'a str,
    kernel: String,
}

impl Names<'_> {
    fn fill(&self, template: &str) -> String {
        let constant = self.kernel.to_uppercase();
        let words = [("{file}", self.file), ("{kernel}", &self.kernel), ("{CONSTANT}", &constant)];
        let text = words.iter().fold(template.to_owned(), |text, (mark, word)| text.replace(mark, word));
        // Continuation lines of the CUDA template stay under the first parameter.
        text.replace("{align}", &" ".repeat("__device__ void (".len() + self.kernel.len()))
    }

    /// Enters the kernel into its family's list, or makes the family; the files changed.
    fn list(&self, source: &Path) -> Result<Vec<PathBuf>> {
        let family = source.join(self.family).join("mod.rs");
        if !family.exists() {
            fs::write(&family, self.fill(FAMILY))?;
            let (library, catalogue) = (source.join("lib.rs"), source.join("catalogue.rs"));
            edit(&library, |text| after_last(text, "pub mod ", &format!("pub mod {};", self.family)))?;
            edit(&catalogue, |text| into_list(text, "crate::", &format!("crate::{}::KERNELS", self.family)))?;
            return Ok(vec![family, library, catalogue]);
        }
        edit(&family, |text| {
            let text = after_last(text, "mod ", &format!("mod {};", self.file))?;
            let names = self.fill(EXPORT);
            into_list(&after_last(&text, "pub use ", &names)?, "KERNELS", &self.fill("&{CONSTANT}"))
        })?;
        Ok(vec![family])
    }
}

fn edit(path: &Path, change: impl FnOnce(&str) -> Option<String>) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let text = change(&text).with_context(|| format!("{}: there is no list to enter it into", path.display()))?;
    Ok(fs::write(path, text)?)
}

/// `text` with `line` after the last line that starts with `start`; rustfmt sorts them.
fn after_last(text: &str, start: &str, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().rposition(|l| l.starts_with(start))?;
    lines.insert(at + 1, line);
    Some(lines.join("\n") + "\n")
}

/// `text` with `item` at the end of the list that holds the last `mark`, or follows it.
fn into_list(text: &str, mark: &str, item: &str) -> Option<String> {
    let mark = text.rfind(mark)?;
    let equals = text[mark..].find('=').filter(|_| text[mark..].starts_with("KERNELS"));
    let from = mark + equals.unwrap_or(0);
    let end = from + text[from..].find(']')?;
    let before = text[..end].trim_end();
    let comma = if before.ends_with([',', '[']) { "" } else { "," };
    Some(format!("{before}{comma} {item}{}", &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::{after_last, into_list};

    #[test]
    fn an_item_enters_a_list_with_and_without_a_last_comma() {
        let list = "const KERNELS: &[&Entry] = &[&A];\n";
        assert_eq!(into_list(list, "KERNELS", "&B").unwrap(), "const KERNELS: &[&Entry] = &[&A, &B];\n");
        let list = "const KERNELS: &[&Entry] = &[\n    &A,\n];\n";
        assert_eq!(into_list(list, "KERNELS", "&B").unwrap(), "const KERNELS: &[&Entry] = &[\n    &A, &B];\n");
        assert_eq!(into_list("[crate::a::KERNELS]", "crate::", "x").unwrap(), "[crate::a::KERNELS, x]");
    }

    #[test]
    fn a_line_follows_the_last_of_its_kind() {
        assert_eq!(after_last("mod a;\n\nfn f() {}\n", "mod ", "mod b;").unwrap(), "mod a;\nmod b;\n\nfn f() {}\n");
        assert_eq!(after_last("fn f() {}\n", "mod ", "mod b;"), None);
    }
}
