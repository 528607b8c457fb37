//! What an [`OutputDir`] refuses, and what it leaves behind.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::report::samples::{small, spread};

/// A place for one test.
fn room() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refusal(path: &Path, force: bool) -> String {
    let refused = OutputDir::create(path, force).unwrap_err().to_string();
    refused.strip_prefix(&path.display().to_string()).unwrap().to_owned()
}

#[test]
fn everything_is_there_after_the_commit_and_nothing_before() {
    let room = room();
    let path = room.path().join("out");
    let out = OutputDir::create(&path, false).unwrap();
    out.write_network(&small()).unwrap();
    out.write_pictures(&small()).unwrap();
    out.write_summary(&json!({"pairs": 2})).unwrap();
    assert!(!path.exists());

    assert_eq!(out.commit().unwrap(), path);
    assert_eq!(names(room.path()), ["out"]);
    let mut expected = FILES.map(String::from).to_vec();
    expected.sort();
    assert_eq!(names(&path), expected);
    assert_eq!(fs::read_to_string(path.join("summary.json")).unwrap(), "{\n  \"pairs\": 2\n}\n");
}

#[test]
fn dropped_work_leaves_nothing() {
    let room = room();
    let out = OutputDir::create(&room.path().join("out"), false).unwrap();
    out.write_network(&small()).unwrap();
    drop(out);
    assert_eq!(names(room.path()), [""; 0]);
}

#[test]
fn a_standing_directory_needs_force() {
    let room = room();
    fs::write(room.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(
        refusal(room.path(), false),
        ": exists; choose another directory, or replace the results in it with --force"
    );
    OutputDir::create(room.path(), true).unwrap();
}

#[test]
fn results_outlive_a_target_taken_meanwhile() {
    let room = room();
    let path = room.path().join("out");
    let out = OutputDir::create(&path, false).unwrap();
    out.write_summary(&json!({})).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("theirs"), "").unwrap();
    let error = out.commit().unwrap_err().to_string();
    let kept = room.path().join(names(room.path()).first().unwrap());
    assert!(error.contains(": the results cannot be put in place: "), "{error}");
    assert!(error.ends_with(&format!("; they are kept in `{}`", kept.display())), "{error}");
    assert_eq!(names(&kept), ["summary.json"]);
    assert_eq!(names(&path), ["theirs"]);
}

#[test]
fn an_empty_directory_is_used() {
    let room = room();
    let path = room.path().join("out");
    fs::create_dir(&path).unwrap();
    let out = OutputDir::create(&path, true).unwrap();
    out.write_network(&spread(2, 0.5)).unwrap();
    out.commit().unwrap();
    assert_eq!(names(&path), ["edges.csv", "network.graphml", "te.csv", "te_matrix.npy"]);
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn a_file_is_refused() {
    let room = room();
    let path = room.path().join("out");
    fs::write(&path, "").unwrap();
    for force in [false, true] {
        assert_eq!(refusal(&path, force), ": is a file; name a directory for the results");
    }
}

#[test]
fn a_missing_parent_is_refused() {
    let room = room();
    let parent = room.path().join("missing");
    let expected = format!(": its parent directory `{}` does not exist; create it first", parent.display());
    assert_eq!(refusal(&parent.join("out"), true), expected);
}

#[test]
fn a_parent_that_is_a_file_is_refused() {
    let room = room();
    let parent = room.path().join("file");
    fs::write(&parent, "").unwrap();
    let expected = format!(": its parent directory `{}` is a file; choose another place", parent.display());
    assert_eq!(refusal(&parent.join("out"), true), expected);
}

#[test]
fn no_name_is_refused() {
    assert_eq!(refusal(Path::new(""), true), ": no directory named; name one for the results");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_refused() {
    let room = room();
    let path = room.path().join("out");
    std::os::unix::fs::symlink(room.path().join("gone"), &path).unwrap();
    assert_eq!(refusal(&path, true), ": is a link to nothing; remove it or choose another directory");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_refused_early() {
    use std::os::unix::fs::PermissionsExt;
    let room = room();
    let locked = room.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        return; // The superuser may write anywhere, and is not refused.
    }
    let expected = format!(
        ": its parent directory `{}` is not writable; change its permissions or choose another place",
        locked.display()
    );
    assert_eq!(refusal(&locked.join("out"), false), expected);
    assert_eq!(refusal(&locked, false), ": is not writable; change its permissions or choose another directory");
}

#[test]
fn force_replaces_ours_and_keeps_the_rest() {
    let room = room();
    let path = room.path().join("out");
    let first = OutputDir::create(&path, false).unwrap();
    first.write_network(&small()).unwrap();
    first.commit().unwrap();
    fs::write(path.join("notes.txt"), "mine").unwrap();
    fs::create_dir(path.join("more")).unwrap();
    fs::write(path.join("more/te.csv"), "mine").unwrap();

    let second = OutputDir::create(&path, true).unwrap();
    second.write_network(&spread(2, 1.0)).unwrap();
    assert!(fs::read_to_string(path.join("te.csv")).unwrap().contains("β & γ"), "the old stand until the commit");
    second.commit().unwrap();

    // The first run had local values, the second has none: they must not stay behind.
    assert_eq!(names(&path), ["edges.csv", "more", "network.graphml", "notes.txt", "te.csv", "te_matrix.npy"]);
    assert!(fs::read_to_string(path.join("te.csv")).unwrap().contains("ch0,ch1"));
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(path.join("more/te.csv")).unwrap(), "mine");
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn a_target_that_cannot_give_way_has_its_files_replaced() {
    let room = room();
    let real = room.path().canonicalize().unwrap();
    fs::write(real.join("te.csv"), "old").unwrap();
    fs::write(real.join("summary.json"), "old").unwrap();
    fs::write(real.join("notes.txt"), "mine").unwrap();
    let staging = tempfile::tempdir_in(&real).unwrap();
    fs::write(staging.path().join("te.csv"), "new").unwrap();
    let inside = Target::inside(&real);
    place::commit(inside, staging).unwrap();
    assert_eq!(names(&real), ["notes.txt", "te.csv"]);
    assert_eq!(fs::read_to_string(real.join("te.csv")).unwrap(), "new");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_permissions_kept() {
    use std::os::unix::fs::PermissionsExt;
    let room = room();
    let (real, link) = (room.path().join("real"), room.path().join("link"));
    fs::create_dir(&real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o750)).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let out = OutputDir::create(&link, true).unwrap();
    out.write_summary(&json!({})).unwrap();
    out.commit().unwrap();
    assert!(link.is_symlink());
    assert_eq!(names(&real), ["summary.json"]);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o750);
}

#[cfg(unix)]
#[test]
fn a_new_directory_is_as_open_as_any() {
    use std::os::unix::fs::PermissionsExt;
    let room = room();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::create_dir(room.path().join("plain")).unwrap();
    OutputDir::create(&room.path().join("out"), false).unwrap().commit().unwrap();
    assert_eq!(mode(&room.path().join("out")), mode(&room.path().join("plain")));
}
