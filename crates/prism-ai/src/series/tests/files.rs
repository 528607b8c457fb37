//! Files that cannot be opened, and formats by name and by content.

use std::path::Path;

use super::*;

const EMPTY: &str = "the file is empty; it must hold at least one channel";

#[test]
fn a_missing_file_and_a_directory_are_said() {
    let missing = read(Path::new("gone.csv"), &plain()).unwrap_err();
    assert_eq!(missing.to_string(), "gone.csv: there is no such file; check the name");
    assert!(matches!(missing.kind(), crate::ErrorKind::Data { .. }));
    let folder = tempfile::tempdir().unwrap();
    let directory = read(folder.path(), &plain()).unwrap_err().to_string();
    assert_eq!(directory, format!("{}: this is a directory; name a file in it", folder.path().display()));
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.as_file().set_permissions(fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(file.path()).is_err() {
        let refused = read(file.path(), &plain()).unwrap_err().to_string();
        assert_eq!(refused, format!("{}: the file may not be read; change its permissions", file.path().display()));
    }
}

#[test]
fn an_empty_file_is_said_in_every_format() {
    for name in ["e.csv", "e.npy", "e.npz", "e.parquet", "e"] {
        assert_eq!(said(name, b"", &plain()), format!("{name}: {EMPTY}"));
    }
}

#[test]
fn without_a_known_extension_the_content_decides() {
    let npy = super::arrays::file("<f8", false, "(1,)", &1.5_f64.to_le_bytes());
    assert_eq!(good("data", &npy, &plain()), series(&["c0"], &[&[1.5]]));
    assert_eq!(good("data.bin", b"x\n1.5\n", &plain()), series(&["x"], &[&[1.5]]));
    let npz = super::npz::archive(&[("x", &npy)]);
    assert_eq!(good("data.zip", &npz, &plain()), series(&["x"], &[&[1.5]]));
    let table = super::parquet::doubles(&["x"], &[&[1.5]]);
    assert_eq!(good("data.0", &table, &plain()), series(&["x"], &[&[1.5]]));
}

#[test]
fn a_compressed_file_is_said_whatever_its_name() {
    for (start, program) in [
        (&b"\x1f\x8b\x08\x08rest"[..], "gunzip"),
        (b"BZh91AY&SY", "bunzip2"),
        (b"\xfd7zXZ\0\0", "unxz"),
        (b"\x28\xb5\x2f\xfdrest", "unzstd"),
    ] {
        for name in ["a.csv.gz", "a.npy.xz", "a.csv", "a.npy", "a.parquet"] {
            let what = format!("{name}: the file is compressed; unpack it with {program} first");
            assert_eq!(said(name, start, &plain()), what);
        }
    }
    assert_eq!(good("a.csv", b"BZh,x\n1,2\n", &plain()).names(), ["BZh", "x"]);
}

#[test]
fn an_extension_may_be_in_capitals_and_outweighs_the_content() {
    assert_eq!(good("A.CSV", b"PAR1\n1.5\n", &plain()), series(&["PAR1"], &[&[1.5]]));
    let what = "a.npy: this is no NumPy array: the file begins otherwise; write it with `numpy.save`";
    assert_eq!(said("a.npy", b"PAR1PAR1", &plain()), what);
}

#[test]
fn a_key_fits_archives_only() {
    let what = "--key: only an NPZ file holds several arrays; leave it out";
    assert_eq!(said("a.csv", b"x\n1\n", &key("x")), what);
}
