//! The file: a line that says what it is, then a line of JSON a profile.

use super::{Origin, TuningProfile};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::{fmt, io};

/// The number of this format. Another meaning of a profile's fields is another number.
const FORMAT: u32 = 2;

/// A profile and where it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(flatten)]
    pub(super) origin: Origin,
    #[serde(flatten)]
    pub(super) profile: TuningProfile,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    /// BLAKE3 of everything behind the first line.
    checksum: String,
}

/// A file of profiles that was not used: it will be written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub(super) path: PathBuf,
    pub(super) fault: Fault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Unreadable(String),
    NotProfiles,
    Format(u32),
    Damaged,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tuning profiles in {} are not used and will be written anew: ", self.path.display())?;
        match &self.fault {
            Fault::Unreadable(why) => write!(f, "the file cannot be read ({why})"),
            Fault::NotProfiles => f.write_str("the file does not begin as one of profiles"),
            Fault::Format(other) => write!(f, "the file has format {other}, this program reads {FORMAT}"),
            Fault::Damaged => f.write_str("the file is damaged: its checksum is not that of its content"),
        }
    }
}

/// The text of a file.
pub(super) fn text(records: &[Record]) -> io::Result<String> {
    let mut body = String::new();
    for record in records {
        body += &serde_json::to_string(record)?;
        body.push('\n');
    }
    let head = Head { format: FORMAT, checksum: checksum(&body) };
    Ok(format!("{}\n{body}", serde_json::to_string(&head)?))
}

/// The profiles in a text.
pub(super) fn records(text: &str) -> Result<Vec<Record>, Fault> {
    /// What every format has.
    #[derive(Deserialize)]
    struct Any {
        format: u32,
    }
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let Any { format } = serde_json::from_str(head).map_err(|_| Fault::NotProfiles)?;
    if format != FORMAT {
        return Err(Fault::Format(format));
    }
    let head: Head = serde_json::from_str(head).map_err(|_| Fault::Damaged)?;
    if head.checksum != checksum(body) {
        return Err(Fault::Damaged);
    }
    body.lines().map(|line| serde_json::from_str(line).map_err(|_| Fault::Damaged)).collect()
}

/// Puts a record in, unless a later one has its place.
pub(super) fn merge(records: &mut Vec<Record>, record: Record) {
    match records.iter_mut().find(|other| has_place_of(other, &record)) {
        None => records.push(record),
        Some(other) if other.profile.tuned_at <= record.profile.tuned_at => *other = record,
        Some(_) => {}
    }
}

fn has_place_of(a: &Record, b: &Record) -> bool {
    let of_profile =
        |p: &TuningProfile, q: &TuningProfile| (&p.kernel, &p.ptx, p.bucket) == (&q.kernel, &q.ptx, q.bucket);
    a.origin == b.origin && of_profile(&a.profile, &b.profile)
}

fn checksum(body: &str) -> String {
    blake3::hash(body.as_bytes()).to_hex().to_string()
}
