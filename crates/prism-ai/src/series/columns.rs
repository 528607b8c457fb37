//! Columns as a person names them: a comma list of names or of indices from 0.

use std::str::FromStr;

use super::words::{listed, quoted};
use crate::{Error, Result};

/// A list of columns such as `x,y` or `0,2`, not yet looked up in a file.
///
/// A name wins over an index: in a file with a channel called `2`, `2` is that channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<String>);

impl FromStr for Columns {
    type Err = String;

    /// Splits `x,y` at its commas and trims each entry.
    ///
    /// # Errors
    /// When an entry is empty.
    fn from_str(text: &str) -> Result<Self, String> {
        let entries: Vec<_> = text.split(',').map(|entry| entry.trim().to_owned()).collect();
        match entries.iter().position(String::is_empty) {
            Some(at) => {
                let mend = "write names or indices as in `x,y` or `0,2`";
                Err(format!("entry {} of {} is empty; {mend}", at + 1, quoted(text)))
            }
            None => Ok(Self(entries)),
        }
    }
}

impl Columns {
    /// Whether this is the one word `word`, and `word` is no name among `names [v]`.
    pub fn is_word(&self, word: &str, names: &[String]) -> bool {
        self.0 == [word] && !names.iter().any(|name| name == word)
    }

    /// The indices of these columns among `names [v]`, in the order written; distinct.
    ///
    /// # Errors
    /// `Setting` under the name `flag` (for instance `--select`) when an entry is neither a name nor an index
    /// below `v`, is the name of two columns, or means a column that is already in the list.
    pub fn resolve(&self, names: &[String], flag: &'static str) -> Result<Vec<usize>> {
        let mut indices = Vec::with_capacity(self.0.len());
        for entry in &self.0 {
            let index = find(entry, names, flag)?;
            if indices.contains(&index) {
                let what = format!(
                    "{} is the column {} once more; name each column once",
                    quoted(entry),
                    quoted(&names[index])
                );
                return Err(Error::setting(flag, what));
            }
            indices.push(index);
        }
        Ok(indices)
    }
}

/// The index of the column that `entry` means among `names`.
///
/// # Errors
/// `Setting` as in [`Columns::resolve`].
pub(super) fn find(entry: &str, names: &[String], flag: &'static str) -> Result<usize> {
    let mut named = (0..names.len()).filter(|&index| names[index] == entry);
    match (named.next(), named.next()) {
        (Some(first), Some(second)) => {
            let what = format!("{} is the name of columns {first} and {second}; give the index instead", quoted(entry));
            Err(Error::setting(flag, what))
        }
        (Some(index), None) => Ok(index),
        _ => entry.parse().ok().filter(|&index| index < names.len()).ok_or_else(|| unknown(entry, names, flag)),
    }
}

fn unknown(entry: &str, names: &[String], flag: &'static str) -> Error {
    let there = match names.len() {
        0 => "there are no columns".to_owned(),
        1 => format!("the only column is {}", listed(names)),
        v => format!("the columns are {}, or 0 to {}", listed(names), v - 1),
    };
    Error::setting(flag, format!("there is no column {}; {there}", quoted(entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(list: &str, names: &[&str]) -> Result<Vec<usize>, String> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let columns: Columns = list.parse()?;
        columns.resolve(&names, "--select").map_err(|error| error.to_string())
    }

    #[test]
    fn names_and_indices_are_looked_up_in_the_order_written() {
        assert_eq!(resolve("z,x", &["x", "y", "z"]), Ok(vec![2, 0]));
        assert_eq!(resolve("0, 2", &["x", "y", "z"]), Ok(vec![0, 2]));
    }

    #[test]
    fn a_name_wins_over_an_index() {
        assert_eq!(resolve("0,1", &["1", "0"]), Ok(vec![1, 0]));
    }

    #[test]
    fn a_name_wins_over_a_word() {
        let is_word =
            |list: &str, names: [&str; 2]| list.parse::<Columns>().unwrap().is_word("others", &names.map(String::from));
        assert!(is_word(" others ", ["x", "y"]));
        assert!(!is_word("others", ["x", "others"]));
        assert!(!is_word("x,others", ["x", "y"]));
        assert!(!is_word("x", ["x", "y"]));
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is() {
        let there = "the columns are `x`, `y`, or 0 to 1";
        assert_eq!(resolve("w", &["x", "y"]), Err(format!("--select: there is no column `w`; {there}")));
        assert_eq!(resolve("2", &["x", "y"]), Err(format!("--select: there is no column `2`; {there}")));
        assert_eq!(resolve("-1", &["x", "y"]), Err(format!("--select: there is no column `-1`; {there}")));
        assert_eq!(resolve("y", &["x"]), Err("--select: there is no column `y`; the only column is `x`".into()));
        assert_eq!(resolve("y", &[]), Err("--select: there is no column `y`; there are no columns".into()));
    }

    #[test]
    fn a_column_is_named_once_and_by_one_name() {
        let again = "--select: `1` is the column `y` once more; name each column once";
        assert_eq!(resolve("y,1", &["x", "y"]), Err(again.into()));
        let both = "--select: `x` is the name of columns 0 and 2; give the index instead";
        assert_eq!(resolve("x", &["x", "y", "x"]), Err(both.into()));
        assert_eq!(resolve("2", &["x", "y", "x"]), Ok(vec![2]));
    }

    #[test]
    fn an_empty_entry_is_refused() {
        let what = "entry 2 of `x,,y` is empty; write names or indices as in `x,y` or `0,2`";
        assert_eq!(resolve("x,,y", &["x", "y"]), Err(what.into()));
        let what = "entry 1 of `` is empty; write names or indices as in `x,y` or `0,2`";
        assert_eq!(resolve("", &["x"]), Err(what.into()));
    }
}
