//! No bytes make a reader panic. `PROPTEST_CASES=20000 cargo test -p prism-ai damage` looks harder.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::arrays::written;
use super::*;

const NAMES: [&str; 5] = ["a.csv", "a.npy", "a.npz", "a.parquet", "a"];

/// Files that are whole, one of each kind.
fn whole() -> Vec<(&'static str, Vec<u8>)> {
    let array = written(&ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let ramp = written(&ndarray::array![1_i32, 2, 3]);
    vec![
        ("a.csv", b"# note\n\"x\",y,run\n1,2,a\n-3e5,4.5,a\n5,\"6\",b\n".to_vec()),
        ("a.txt", b"  x y\t run\n1 2 a\n".to_vec()),
        ("a.npz", super::npz::archive(&[("x", &ramp), ("y", &ramp), ("run", &ramp)])),
        ("a.npy", array),
        ("a.parquet", super::parquet::doubles(&["x", "y", "run"], &[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]])),
        ("a.pq", super::parquet::packed(&["ann", "ann", "bob"])),
    ]
}

/// Ways to read a file, those that do not fit included.
fn ways() -> Vec<ReadOptions> {
    let rows_selected = ReadOptions { orientation: Orientation::Rows, ..select("1") };
    vec![plain(), rows(), select("0,1"), select("x"), trials("run"), trials("1"), key("x"), rows_selected]
}

/// Reading gives a series that holds what a series promises, or a message.
fn survives(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    for options in ways() {
        if let Ok(series) = read(&path, &options) {
            let values = (0..series.channels()).map(|v| series.channel(v).to_vec()).collect();
            let lengths: Vec<_> = series.trials().iter().map(ExactSizeIterator::len).collect();
            assert_eq!(Series::with_trials(series.names().to_vec(), values, &lengths).unwrap(), series);
        }
    }
}

/// A change of a file: bytes overwritten, then the end cut off or the file left whole.
fn damaged(mut bytes: Vec<u8>, changes: &[(Index, u8)], cut: Option<Index>) -> Vec<u8> {
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

/// The Parquet crate panics on some of these files; the reader says that they are damaged.
#[test]
fn no_single_wrong_byte_panics() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in whole() {
        let path = folder.path().join(name);
        for place in 0..bytes.len() {
            for wrong in [bytes[place] ^ 1, bytes[place] ^ 4, !bytes[place], 0] {
                let mut bytes = bytes.clone();
                bytes[place] = wrong;
                fs::write(&path, bytes).unwrap();
                _ = read(&path, &trials("run"));
                // Writing over a file may wait for the disk; a new one does not.
                fs::remove_file(&path).unwrap();
            }
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..200), name in 0..NAMES.len()) {
        survives(NAMES[name], &bytes);
    }

    #[test]
    fn random_text_does_not_panic(text in "[-0-9a.,;|# \"\t\r\n]{0,80}") {
        survives("a.csv", text.as_bytes());
    }

    #[test]
    fn damaged_files_do_not_panic(
        file in any::<Index>(),
        changes in vec((any::<Index>(), any::<u8>()), 0..4),
        cut in any::<Option<Index>>(),
    ) {
        let files = whole();
        let (name, bytes) = &files[file.index(files.len())];
        survives(name, &damaged(bytes.clone(), &changes, cut));
    }

    #[test]
    fn random_array_headers_do_not_panic(text in "[{}()',:0-9 a-z]{0,80}", values in vec(any::<u8>(), 0..64)) {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(values);
        survives("a.npy", &bytes);
    }

    #[test]
    fn tables_come_back_as_written(values in vec(vec(-1e300..1e300, 5), 1..4)) {
        let names: Vec<_> = (0..values.len()).map(|v| format!("n{v}")).collect();
        let whole = Series::new(names.clone(), values.clone()).unwrap();
        let line = |t: usize| values.iter().map(|channel| channel[t].to_string()).collect::<Vec<_>>().join(",");
        let lines: Vec<_> = (0..5).map(line).collect();
        let text = format!("{}\n{}\n", names.join(","), lines.join("\n"));
        prop_assert_eq!(good("a.csv", text.as_bytes(), &plain()), whole.clone());
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let columns: Vec<_> = values.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(good("a.parquet", &super::parquet::doubles(&names, &columns), &plain()), whole);
    }
}
