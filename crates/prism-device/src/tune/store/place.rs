//! Where a user's caches are: the XDG Base Directory Specification 0.8.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The file of the profiles in the user's cache directory.
pub(super) fn of_user() -> Option<PathBuf> {
    Some(cache(env::var_os("XDG_CACHE_HOME"), env::home_dir())?.join("prism-ai").join("tuning.jsonl"))
}

/// `$XDG_CACHE_HOME` when it is absolute, else `.cache` in the home directory.
fn cache(xdg: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let set = xdg.map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| home.filter(|path| path.is_absolute()).map(|path| path.join(".cache")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_cache_directory_is_taken_before_the_home() {
        let at = |xdg: Option<&str>, home: Option<&str>| cache(xdg.map(Into::into), home.map(Into::into));
        assert_eq!(at(Some("/c"), Some("/h")), Some("/c".into()));
        assert_eq!(at(Some("c"), Some("/h")), Some("/h/.cache".into()));
        assert_eq!(at(Some(""), Some("/h")), Some("/h/.cache".into()));
        assert_eq!(at(None, Some("")), None);
        assert_eq!(at(None, None), None);
    }
}
