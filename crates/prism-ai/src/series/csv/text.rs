//! Lines of a text file that hold data, and the cells in a line.

use std::io::BufRead;

use crate::Result;
use crate::series::source::Source;

/// The mark that some editors put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// How many lines the delimiter is judged by.
const SAMPLE: usize = 64;

/// A reader that stops at each line that is neither blank nor a `#` comment.
pub(super) struct Lines<'a, R> {
    source: Source<'a>,
    input: R,
    line: Vec<u8>,
    number: usize,
    delimiter: Delimiter,
}

impl<'a, R: BufRead> Lines<'a, R> {
    /// Judges the delimiter by the first lines; [`Lines::advance`] goes to the first one.
    pub(super) fn new(source: Source<'a>, mut input: R) -> Result<Self> {
        let sample = input.fill_buf().map_err(|error| source.unreadable(&error))?;
        let mark = if sample.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        if sample.contains(&0) {
            return Err(source.fault("this is no text in UTF-8; save it as such, or name it after its format"));
        }
        if !sample.contains(&b'\n') && sample.trim_ascii_end().contains(&b'\r') {
            return Err(source.fault("the lines end in carriage returns alone; save it with line feeds"));
        }
        let delimiter = Delimiter::of(&sample[mark..]);
        input.consume(mark);
        Ok(Self { source, input, line: Vec::new(), number: 0, delimiter })
    }

    /// Goes to the next line with data; false at the end of the file.
    pub(super) fn advance(&mut self) -> Result<bool> {
        loop {
            self.line.clear();
            self.number += 1;
            let read = self.input.read_until(b'\n', &mut self.line);
            if read.map_err(|error| self.source.unreadable(&error))? == 0 {
                return Ok(false);
            }
            if has_data(&self.line) {
                return Ok(true);
            }
        }
    }

    /// The number of the current line, from 1, as an editor shows it.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// The cells of the current line.
    pub(super) fn cells(&self) -> Cells<'_> {
        self.delimiter.cells(&self.line)
    }
}

fn has_data(line: &[u8]) -> bool {
    !matches!(line.trim_ascii_start(), [] | [b'#', ..])
}

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Byte(u8),
    /// Any run of spaces and tabs.
    Blanks,
}

/// Commas come last: in a file of decimal commas they too are equally many in every line.
const BYTES: [Delimiter; 4] =
    [Delimiter::Byte(b'\t'), Delimiter::Byte(b';'), Delimiter::Byte(b'|'), Delimiter::Byte(b',')];

impl Delimiter {
    /// The delimiter that cuts every line of `sample` alike, else the one that cuts the first line most.
    fn of(sample: &[u8]) -> Self {
        let whole = sample.iter().rposition(|&byte| byte == b'\n').map_or(sample, |end| &sample[..end]);
        let lines: Vec<_> = whole.split(|&byte| byte == b'\n').filter(|line| has_data(line)).take(SAMPLE).collect();
        let first = |delimiter: Self| lines.first().map_or(0, |line| delimiter.cells(line).count());
        let alike = |delimiter: &Self| {
            let count = first(*delimiter);
            count > 1 && lines.iter().all(|line| delimiter.cells(line).count() == count)
        };
        let most = || BYTES.into_iter().max_by_key(|&delimiter| first(delimiter)).filter(|&most| first(most) > 1);
        BYTES.into_iter().chain([Self::Blanks]).find(alike).or_else(most).unwrap_or(Self::Blanks)
    }

    fn cells(self, line: &[u8]) -> Cells<'_> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Cells { rest: Some(line.strip_suffix(b"\r").unwrap_or(line)), delimiter: self }
    }

    fn is(self, byte: u8) -> bool {
        match self {
            Self::Byte(delimiter) => byte == delimiter,
            Self::Blanks => byte == b' ' || byte == b'\t',
        }
    }
}

/// The cells of a line, each with the blanks and quotes around it.
#[derive(Clone)]
pub(super) struct Cells<'a> {
    rest: Option<&'a [u8]>,
    delimiter: Delimiter,
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let mut rest = self.rest?;
        if self.delimiter == Delimiter::Blanks {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                return None;
            }
        }
        let quotes = quotes(rest);
        let end = rest[quotes..].iter().position(|&byte| self.delimiter.is(byte)).map(|end| quotes + end);
        self.rest = end.map(|end| &rest[end + 1..]);
        Some(end.map_or(rest, |end| &rest[..end]))
    }
}

/// The length of the quoted text that `rest` begins with (`""` in it is a quote); 0 when it begins with none or it is not closed.
fn quotes(rest: &[u8]) -> usize {
    let start = rest.iter().take_while(|&&byte| byte == b' ').count();
    if rest.get(start) != Some(&b'"') {
        return 0;
    }
    let mut end = start + 1;
    while let Some(next) = rest[end..].iter().position(|&byte| byte == b'"') {
        end += next + 1;
        match rest.get(end) {
            Some(b'"') => end += 1,
            _ => return end,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(delimiter: Delimiter, line: &str) -> Vec<&str> {
        delimiter.cells(line.as_bytes()).map(|cell| std::str::from_utf8(cell).unwrap()).collect()
    }

    #[test]
    fn cells_end_at_delimiters_outside_quotes() {
        let comma = Delimiter::Byte(b',');
        assert_eq!(cells(comma, "a, b,\r\n"), ["a", " b", ""]);
        assert_eq!(cells(comma, r#""a,b", "c"",d",e"f"#), [r#""a,b""#, r#" "c"",d""#, "e\"f"]);
        assert_eq!(cells(comma, r#""a,b"#), ["\"a", "b"]);
        assert_eq!(cells(Delimiter::Byte(b'\t'), "\t1\t"), ["", "1", ""]);
        assert_eq!(cells(Delimiter::Blanks, "  1 \t2  \"a b\"  "), ["1", "2", "\"a b\""]);
    }

    #[test]
    fn the_delimiter_cuts_every_line_alike() {
        let byte = Delimiter::Byte;
        for (sample, delimiter) in [
            ("x,y\n1,2\n", byte(b',')),
            ("x;y\n1,5;2,5\n", byte(b';')),
            ("1,5;2,5\n1,5;2,5\n", byte(b';')),
            ("x\ty\n1\t2\n", byte(b'\t')),
            ("a b|c d\n1|2\n", byte(b'|')),
            ("# a;b;c\nx, y\n\n1, 2\n", byte(b',')),
            ("\"a;b\",\"c\"\n1,2\n", byte(b',')),
            (" 1  2\n10 20\n", Delimiter::Blanks),
            ("1\n2\n", Delimiter::Blanks),
            ("x,y,z\n1,2\n", byte(b',')),
            ("x,y\n1,2\n1,2;3", byte(b',')),
            ("", Delimiter::Blanks),
        ] {
            assert_eq!(Delimiter::of(sample.as_bytes()), delimiter, "{sample:?}");
        }
    }
}
