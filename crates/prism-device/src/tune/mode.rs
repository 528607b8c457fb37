//! How much of the tuner the launches of a device use.

use std::{fmt, str::FromStr};

/// How launches choose among the block sizes of a kernel.
///
/// A kernel whose tolerance is `Exact` gives the same bits in blocks of any size. Of others the bits may differ from one
/// size to the next, within the tolerance: `Off` pins them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tuning {
    /// Every launch takes the default.
    Off,
    /// A launch takes what a profile of its kernel and sizes says: one that came with the program for this model of device,
    /// or one that this user measured, which goes first.
    #[default]
    Profiles,
    /// As `Profiles`; and what has no profile, or one that has aged or no longer holds, is measured beside the work, on a
    /// stream of its own, and kept for this user.
    Automatic,
}

impl FromStr for Tuning {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Off, Self::Profiles, Self::Automatic];
        all.into_iter().find(|mode| mode.to_string() == text).ok_or("use off, profiles or automatic")
    }
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Profiles => "profiles",
            Self::Automatic => "automatic",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Tuning;

    #[test]
    fn a_mode_is_read_as_it_is_written() {
        for mode in [Tuning::Off, Tuning::Profiles, Tuning::Automatic] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        for wrong in ["", "on", "Off", "auto"] {
            assert_eq!(wrong.parse::<Tuning>(), Err("use off, profiles or automatic"), "{wrong}");
        }
    }
}
