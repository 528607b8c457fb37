//! Text tables.

use super::*;

fn csv(text: &str, options: &ReadOptions) -> Series {
    good("a.csv", text.as_bytes(), options)
}

fn bad(text: &str, options: &ReadOptions) -> String {
    said("a.csv", text.as_bytes(), options)
}

fn xy() -> Series {
    series(&["x", "y"], &[&[1.0, -2.5], &[2.0, 3e3]])
}

#[test]
fn tables_are_read_whatever_separates_their_cells() {
    for text in [
        "x,y\n1,2\n-2.5,3e3\n",
        "x;y\n1;2\n-2.5;3e3\n",
        "x\ty\n1\t2\n-2.5\t3e3\n",
        "x|y\n1|2\n-2.5|3e3\n",
        "x y\n1 2\n-2.5 3e3\n",
        "  x \t y\n  1    2  \n-2.5  3e3\n",
        "x, y\r\n1, 2\r\n-2.5, 3e3",
        "\u{feff}x,y\n1,2\n-2.5,3e3\n",
        "# made by hand\n\n\"x\",\"y\"\n\"1\",2\n  # so far\n-2.5,3e3\n\n",
    ] {
        assert_eq!(csv(text, &plain()), xy(), "{text:?}");
    }
}

#[test]
fn without_a_header_channels_are_numbered() {
    assert_eq!(csv("# x y\n1 2\n3 4\n", &plain()), series(&["c0", "c1"], &[&[1.0, 3.0], &[2.0, 4.0]]));
    assert_eq!(csv("5\n6\n", &plain()), series(&["c0"], &[&[5.0, 6.0]]));
}

#[test]
fn names_may_hold_delimiters_and_quotes() {
    let text = "\"left, knee\",\"5\"\" pipe\"\n1,2\n";
    assert_eq!(csv(text, &plain()), series(&["left, knee", "5\" pipe"], &[&[1.0], &[2.0]]));
}

#[test]
fn rows_can_be_channels() {
    assert_eq!(csv("x,1,-2.5\ny,2,3e3\n", &rows()), xy());
    assert_eq!(csv("1 2 3\n4 5 6\n", &rows()), series(&["c0", "c1"], &[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]]));
}

#[test]
fn what_is_not_selected_may_hold_anything() {
    assert_eq!(csv("day,x,y\nMon,1,2\nTue,-2.5,3e3\n", &select("x,y")), xy());
    assert_eq!(csv("x,,y\n1,NaN,2\n-2.5,,3e3\n", &select("0,2")), xy());
    let options = ReadOptions { select: Some("y,x".parse().unwrap()), ..rows() };
    assert_eq!(csv("x,1,2\nday,Mon,Tue\ny,3,4\n", &options), series(&["y", "x"], &[&[3.0, 4.0], &[1.0, 2.0]]));
}

#[test]
fn rows_with_the_same_label_are_a_trial() {
    let text = "x,run\n1,first try\n2,first try\n3,\"b\"\n4,b\n5,7\n";
    let read = in_trials(&["x"], &[&[1.0, 2.0, 3.0, 4.0, 5.0]], &[2, 2, 1]);
    assert_eq!(csv(text, &trials("run")), read);
    assert_eq!(csv(text, &trials("1")), read);
}

#[test]
fn a_label_does_not_come_back() {
    let what =
        "a.csv, line 4: trial `a` began in line 2 and comes back after another; put the rows of a trial together";
    assert_eq!(bad("x,run\n1,a\n2,b\n3,a\n", &trials("run")), what);
    let what = "a.csv, line 3: the trial label is empty; give every row one";
    assert_eq!(bad("x,run\n1,a\n2,\n", &trials("run")), what);
}

#[test]
fn a_file_without_values_is_said() {
    let what = "a.csv: the file has only comments and blank lines; it must hold at least one channel";
    assert_eq!(bad("# x\n\n  \n", &plain()), what);
    assert_eq!(bad("#\nx,y\n", &plain()), "a.csv: there are only names, in line 2, and no values");
    assert_eq!(bad("x\n", &rows()), "a.csv, line 1: there is a name and no value");
}

#[test]
fn a_ragged_line_is_said_with_its_number() {
    let end = "make every line equally long";
    let long = format!("a.csv, line 4: expected 2 cells as in the first line, found 3; {end}");
    assert_eq!(bad("# note\nx,y\n1,2\n3,4,5\n", &plain()), long);
    let decimals = "if these are decimal commas, write points";
    let commas = format!("a.csv, line 2: expected 2 cells as in the first line, found 4; {decimals}, else {end}");
    assert_eq!(bad("x,y\n0,5,1,5\n", &plain()), commas);
    let short = format!("a.csv, line 3: expected 2 cells as in the first line, found 1; {end}");
    assert_eq!(bad("x,y\n1,2\n3\n", &plain()), short);
    let shifted = format!("a.csv, line 3: expected 2 cells as in the first line, found 3; {end}");
    assert_eq!(bad("x,y\n1,2\n,3,4\n", &plain()), shifted);
    let sideways = format!("a.csv, line 2: expected 3 cells as in the first line, found 2; {end}");
    assert_eq!(bad("x,1,2\ny,1\n", &rows()), sideways);
}

#[test]
fn a_cell_that_is_no_number_is_said_with_its_place() {
    let text = "a.csv, line 3, column `y`: `abc` is not a number; leave text out with `--select`";
    assert_eq!(bad("x,y\n1,2\n3, abc\n", &plain()), text);
    let comma = "a.csv, line 2, column `y`: `2,5` is not a number; write decimals with a point";
    assert_eq!(bad("x;y\n1;2,5\n", &plain()), comma);
    let marks = "write decimals with a point, and thousands without a mark";
    for cell in ["1.234,5", "1,234,567.5"] {
        let thousands = format!("a.csv, line 2, column `y`: `{cell}` is not a number; {marks}");
        assert_eq!(bad(&format!("x;y\n1;{cell}\n"), &plain()), thousands);
    }
    let empty = "a.csv, line 3, column `x`: the cell is empty; every sample needs a value";
    assert_eq!(bad("x,y\n1,2\n,4\n", &plain()), empty);
    let sideways = "a.csv, line 2, sample 1 (from 0): `abc` is not a number; leave text out with `--select`";
    assert_eq!(bad("x,1,2\ny,3,abc\n", &rows()), sideways);
}

#[test]
fn a_long_cell_and_a_long_name_are_shortened() {
    let (name, cell) = ("n".repeat(100), "é".repeat(100));
    let what = format!(
        "a.csv, line 2, column `{}…`: `{}…` is not a number; leave text out with `--select`",
        "n".repeat(40),
        "é".repeat(40)
    );
    assert_eq!(bad(&format!("{name}\n{cell}\n"), &plain()), what);
}

#[test]
fn a_value_that_is_not_finite_is_said_with_its_place() {
    for cell in ["NaN", "inf", "-Infinity", "1e999"] {
        let what =
            format!("a.csv, line 3, column `c1`: `{cell}` is not a finite number; fill or cut such samples before");
        assert_eq!(bad(&format!("1,2\n\n3,{cell}\n"), &plain()), what);
    }
}

/// A gap in the first row does not make it a row of names, which would be lost in silence.
#[test]
fn a_gap_is_no_name() {
    let what = "a.csv, line 1, column `c1`: `NA` is no value; fill or cut such samples before";
    assert_eq!(bad("1.5,NA\n2,3\n4,5\n", &plain()), what);
    assert_eq!(
        bad("x,y\n1,\"null\"\n", &plain()),
        "a.csv, line 2, column `y`: `null` is no value; fill or cut such samples before"
    );
    let ions = csv("K,NA,CL\n1,2,3\n", &plain());
    assert_eq!(ions.names(), ["K", "NA", "CL"]);
}

#[test]
fn every_channel_has_its_own_name() {
    let twice = "a.csv, columns 0 and 2 (from 0): both columns are named `x`; \
                 rename one, or leave one out with `--select`";
    assert_eq!(bad("x,y,x\n1,2,3\n", &plain()), twice);
    assert_eq!(csv("x,y,x\n1,2,3\n", &select("y,2")), series(&["y", "x"], &[&[2.0], &[3.0]]));
    let none = "a.csv, column 1 (from 0): the column has no name; name it, or leave it out with `--select`";
    assert_eq!(bad("x,\n1,2\n", &plain()), none);
    let sideways = "a.csv, lines 1 and 3: both rows are named `x`; rename one, or leave one out with `--select`";
    assert_eq!(bad("x,1\n\nx,2\n", &rows()), sideways);
    let nameless = "a.csv, line 2: the row has no name; name it, or leave it out with `--select`";
    assert_eq!(bad("x,1\n,2\n", &rows()), nameless);
}

#[test]
fn options_that_do_not_fit_are_settings() {
    let what = "--select: there is no column `z`; the columns are `x`, `y`, or 0 to 1";
    assert_eq!(bad("x,y\n1,2\n", &select("z")), what);
    assert_eq!(bad("x,y\n1,2\n", &trials("z")), what.replace("--select", "--trials"));
    let both = ReadOptions { trials: Some("y".into()), ..select("x,y") };
    assert_eq!(bad("x,y\n1,2\n", &both), "--select: `y` labels the trials and cannot be a channel too");
    assert_eq!(bad("y\n1\n", &trials("y")), "a.csv: there are no channels; the file must hold at least one");
    let sideways = ReadOptions { trials: Some("y".into()), ..rows() };
    let what = "--trials: rows are channels here; trials are labelled in a column";
    assert_eq!(bad("x,1\ny,2\n", &sideways), what);
}

#[test]
fn what_is_no_text_is_said() {
    let what = "a.csv: this is no text in UTF-8; save it as such, or name it after its format";
    assert_eq!(said("a.csv", b"\xff\xfex\0,\0y\0", &plain()), what);
    let what = "a.csv: the lines end in carriage returns alone; save it with line feeds";
    assert_eq!(said("a.csv", b"x,y\r1,2\r3,4\r", &plain()), what);
}

#[test]
fn every_finite_number_comes_back_as_written() {
    let values = [0.1, -0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, 1.0 / 3.0];
    let lines = values.map(|value| format!("{value:?}"));
    let read = csv(&format!("x\n{}", lines.join("\n")), &plain());
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(read.channel(0)), bits(&values));
}
