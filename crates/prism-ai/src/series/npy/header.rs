//! The header of a `NumPy` array (format 1 to 3): type, order, shape.

use std::io::{self, Read};

use super::element::Element;
use super::literal::Literal;
use crate::series::words::quoted;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest header that is read, in bytes; one of plain numbers is far shorter.
const LONGEST: usize = 1 << 16;

/// What a header says.
#[derive(Debug, PartialEq)]
pub struct Header {
    /// The sizes of the axes.
    pub shape: Vec<usize>,
    /// The type of the values as it is written.
    pub kind: String,
    /// Bytes a value.
    width: u64,
    /// Whether the first axis runs fastest.
    pub fortran: bool,
    /// The bytes before the first value.
    pub bytes: u64,
}

impl Header {
    /// Reads the header that `input` begins with, or says what is wrong with it.
    pub(in crate::series) fn read(input: &mut impl Read) -> Result<Self, String> {
        let mut start = [0; 8];
        exact(input, &mut start)?;
        if start[..6] != *MAGIC {
            return Err("this is no NumPy array: the file begins otherwise; write it with `numpy.save`".into());
        }
        let wide = match start[6] {
            1 => 2,
            2 | 3 => 4,
            version => return Err(format!("format {version} of NumPy arrays is unknown; write it with `numpy.save`")),
        };
        let mut length = [0; 4];
        exact(input, &mut length[..wide])?;
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(format!("the header claims to be {length} bytes long; plain numbers need at most {LONGEST}"));
        }
        let mut text = vec![0; length];
        exact(input, &mut text)?;
        Self::parse(&text, (start.len() + wide + length) as u64)
    }

    fn parse(text: &[u8], bytes: u64) -> Result<Self, String> {
        let text = String::from_utf8_lossy(text);
        let (mut kind, mut fortran, mut shape) = (None, None, None);
        let mut rest = Literal(&text);
        let mut more = rest.take("{");
        while more && !rest.take("}") {
            let key = rest.text().filter(|_| rest.take(":"));
            match key {
                Some("descr") => {
                    let text = rest.text();
                    kind = Some(text.ok_or("the array holds records; save one plain array of numbers")?);
                }
                Some("fortran_order") => fortran = rest.boolean(),
                Some("shape") => shape = rest.sizes(),
                _ => return Err(damaged(&text)),
            }
            more = rest.take(",");
        }
        match (kind, fortran, shape) {
            (Some(kind), Some(fortran), Some(shape)) => {
                let (kind, width) = (kind.to_owned(), width(kind).ok_or_else(|| unread(kind))?);
                Ok(Self { shape, kind, width, fortran, bytes })
            }
            _ => Err(damaged(&text)),
        }
    }

    /// The type of the values, when they are real numbers.
    pub(super) fn element(&self) -> Result<Element, String> {
        Element::of(&self.kind).ok_or_else(|| unread(&self.kind))
    }

    /// The bytes that all values take; `None` beyond 2⁶⁴.
    pub(in crate::series) fn claimed(&self) -> Option<u64> {
        self.shape.iter().try_fold(self.width, |bytes, &size| bytes.checked_mul(size as u64))
    }

    /// Compares the claim with the bytes that follow the header.
    pub(in crate::series) fn check_bytes(&self, there: u64) -> Result<(), String> {
        let claimed = self.claimed();
        if claimed == Some(there) {
            return Ok(());
        }
        let bytes = claimed.map_or("more than 2⁶⁴".to_owned(), |bytes| bytes.to_string());
        let (shape, width) = (&self.shape, self.width);
        Err(format!(
            "the header claims {bytes} bytes of values ({shape:?} of {width} bytes each) and there are {there}; \
             the file is cut short or damaged"
        ))
    }
}

/// Bytes a value of a type, the number in its name: 8 of `<f8`.
fn width(kind: &str) -> Option<u64> {
    let digits = kind.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

fn unread(kind: &str) -> String {
    format!("values of type {} are not read; convert real numbers with `.astype('f8')`", quoted(kind))
}

fn damaged(text: &str) -> String {
    format!("the header {} is damaged; write the array with `numpy.save`", quoted(text.trim()))
}

fn exact(input: &mut impl Read, bytes: &mut [u8]) -> Result<(), String> {
    input.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file ends within the header; it is cut short".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Header, String> {
        Header::parse(text.as_bytes(), 128)
    }

    #[test]
    fn the_keys_stand_in_any_order() {
        let header = parse("{\"shape\": (3, 2), 'fortran_order': True, 'descr': '<f4'}  \n").unwrap();
        assert_eq!(
            (header.shape.as_slice(), header.fortran, header.element()),
            (&[3, 2][..], true, Ok(Element::of("<f4").unwrap()))
        );
        assert_eq!(parse("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }"), Ok(header));
    }

    #[test]
    fn what_is_damaged_is_shown() {
        for text in
            ["", "{}", "{'descr': '<f8'}", "[1]", "{'descr': '<f8', 'fortran_order': 1, 'shape': (3,)}", "{'a': 1}"]
        {
            let what = format!("the header `{text}` is damaged; write the array with `numpy.save`");
            assert_eq!(parse(text).map_err(|said| said.replace('…', &text[text.len().min(40)..])), Err(what));
        }
    }

    #[test]
    fn a_claim_beyond_the_number_range_is_refused() {
        let size = usize::MAX;
        let header = parse(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({size}, {size})}}")).unwrap();
        let what = format!(
            "the header claims more than 2⁶⁴ bytes of values ([{size}, {size}] of 8 bytes each) and there are 16; \
             the file is cut short or damaged"
        );
        assert_eq!(header.check_bytes(16), Err(what));
    }
}
