//! Sizes that memory is handed out in: eight between two powers of two.
//!
//! A request is rounded up by an eighth of the power of two below it at most, so that what was given back fits the next
//! request of about its size; from 16 MiB on by 2 MiB at most, the grain in which drivers map memory.

/// The grain of small sizes, and the alignment of every block.
pub const GRAIN: u64 = 256;

/// The grain of large sizes.
pub const PAGE: u64 = 2 << 20;

/// Sizes up to this are kept apart by class; what is larger is found by its size.
pub const LARGEST_CLASS: u64 = 8 * PAGE;

/// The number of classes.
pub const CLASSES: usize = class(LARGEST_CLASS) + 1;

/// Doublings are cut into eight from here on.
const FIRST: u64 = 8 * GRAIN;

/// The bytes that a request of `bytes` gets.
pub const fn rounded(bytes: u64) -> u64 {
    let grain = if bytes <= FIRST {
        GRAIN
    } else if bytes > LARGEST_CLASS {
        PAGE
    } else {
        1 << ((bytes - 1).ilog2() - 3)
    };
    if bytes == 0 { GRAIN } else { bytes.next_multiple_of(grain) }
}

/// The class of a rounded size of at most [`LARGEST_CLASS`].
pub const fn class(rounded: u64) -> usize {
    if rounded <= FIRST {
        return (rounded / GRAIN) as usize - 1;
    }
    let doubling = (rounded - 1).ilog2();
    let eighth = (rounded - 1) >> (doubling - 3);
    (8 * (doubling as u64 - FIRST.ilog2() as u64) + eighth) as usize
}

/// The size of a class.
pub const fn size(class: usize) -> u64 {
    let class = class as u64;
    if class < 8 {
        return (class + 1) * GRAIN;
    }
    (class % 8 + 9) << (class / 8 + FIRST.ilog2() as u64 - 4)
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, GRAIN, LARGEST_CLASS, PAGE, class, rounded, size};

    #[test]
    fn a_size_and_its_rounding_are_of_one_class_and_classes_ascend() {
        let mut last = (0, None);
        for bytes in (0..3 * LARGEST_CLASS).step_by(64) {
            let granted = rounded(bytes);
            assert!(granted >= bytes && granted.is_multiple_of(GRAIN), "{bytes} got {granted}");
            assert_eq!(rounded(granted), granted, "{bytes}");
            assert!(granted - bytes <= (bytes / 8).clamp(GRAIN, PAGE), "{bytes} got {granted}");
            if granted <= LARGEST_CLASS && granted != last.0 {
                assert_eq!(class(granted), last.1.map_or(0, |class: usize| class + 1), "{granted}");
                assert_eq!(size(class(granted)), granted);
                last = (granted, Some(class(granted)));
            }
        }
        assert_eq!(last, (LARGEST_CLASS, Some(CLASSES - 1)));
    }
}
