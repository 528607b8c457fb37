//! The licences and sources of every dependency against `deny.toml`, the part of `cargo deny` that needs no network.
//!
//! `cargo deny` itself takes longer to compile than the rest of CI; where it is installed, `just deny` runs it too.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, ParseMode};
use std::fs;
use std::path::Path;
use std::process::Command;

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    /// None for what lies in the workspace.
    source: Option<String>,
}

/// Fails when a dependency's licence is not allowed or it comes from anywhere but the registry.
pub fn judge(root: &Path) -> Result<()> {
    let policy: Policy = toml::from_str(&fs::read_to_string(root.join("deny.toml"))?).context("deny.toml")?;
    let output =
        Command::new("cargo").args(["metadata", "--format-version=1", "--locked"]).current_dir(root).output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let packages = serde_json::from_slice::<Metadata>(&output.stdout)?.packages;
    let refused: Vec<String> = packages.iter().filter_map(|p| p.objection(&policy.licenses.allow)).collect();
    if !refused.is_empty() {
        bail!("dependencies that deny.toml does not allow:\n{}", refused.join("\n"));
    }
    println!("{} packages have allowed licences and sources", packages.len());
    Ok(())
}

impl Package {
    fn objection(&self, allowed: &[String]) -> Option<String> {
        if self.source.as_ref().is_some_and(|source| !source.starts_with("registry+")) {
            return Some(format!("{}: comes from {}", self.name, self.source.as_deref().unwrap_or_default()));
        }
        let Some(license) = &self.license else { return Some(format!("{}: has no licence", self.name)) };
        (!is_allowed(license, allowed)).then(|| format!("{}: {license}", self.name))
    }
}

fn is_allowed(license: &str, allowed: &[String]) -> bool {
    let known = |asked: &LicenseReq| allowed.contains(&asked.to_string());
    Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| expression.evaluate(known))
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn an_expression_is_judged_as_a_whole() {
        let allowed = ["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
        let judged = ["MIT", "GPL-3.0-only", "MIT OR GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0", "MIT/Zlib"];
        assert_eq!(judged.map(|l| is_allowed(l, &allowed)), [true, false, true, false, false, true]);
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception", &allowed));
    }
}
