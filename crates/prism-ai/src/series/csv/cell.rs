//! One cell of a text table: a number, a name, or why it is neither.

use crate::series::words::quoted;

/// The cell without blanks and quotes around it.
pub(super) fn bare(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    match cell {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => cell,
    }
}

/// The cell as text, `""` in quotes being one quote.
pub(super) fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(bare(cell)).replace("\"\"", "\"")
}

/// The cell as a number, which may be NaN or infinite.
pub(super) fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(bare(cell)).ok()?.parse().ok()
}

/// Whether the cell is a word for a value that is missing.
pub(super) fn is_gap(cell: &[u8]) -> bool {
    let words = ["na", "n/a", "null", "none", "missing", "?", "-"];
    words.iter().any(|word| bare(cell).eq_ignore_ascii_case(word.as_bytes()))
}

/// The cell as a finite number.
pub(super) fn finite(cell: &[u8]) -> Option<f64> {
    number(cell).filter(|value| value.is_finite())
}

/// Why the cell is not a finite number, and the mend.
pub(super) fn fault(cell: &[u8]) -> String {
    let shown = text(cell);
    match number(cell) {
        None if is_gap(cell) => format!("{} is no value; fill or cut such samples before", quoted(&shown)),
        _ if shown.is_empty() => "the cell is empty; every sample needs a value".to_owned(),
        Some(_) => format!("{} is not a finite number; fill or cut such samples before", quoted(&shown)),
        None if shown.contains(',') && number(shown.replacen(',', ".", 1).as_bytes()).is_some() => {
            format!("{} is not a number; write decimals with a point", quoted(&shown))
        }
        None if shown.contains(',') && shown.bytes().all(|byte| b"0123456789.,+-' ".contains(&byte)) => {
            format!("{} is not a number; write decimals with a point, and thousands without a mark", quoted(&shown))
        }
        None => format!("{} is not a number; leave text out with `--select`", quoted(&shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_stand_in_quotes_and_blanks() {
        for cell in ["1.5", " 1.5 ", "\"1.5\"", " \" 1.5\" ", "+1.5", "15e-1"] {
            assert_eq!(number(cell.as_bytes()), Some(1.5), "{cell}");
        }
        for cell in ["", "\"", "\"\"", "1,5", "1.5x", "0x1", "1 5", "\u{661}"] {
            assert_eq!(number(cell.as_bytes()), None, "{cell}");
        }
    }

    #[test]
    fn doubled_quotes_are_one() {
        assert_eq!(text(br#""5"" pipe""#), "5\" pipe");
    }
}
