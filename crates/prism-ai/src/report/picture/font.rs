//! The one typeface of the pictures: how wide a text is, and its outline.
//!
//! `DejaVu Sans Condensed`, which covers Latin, Greek, Cyrillic and the signs of science, and whose licence (Bitstream
//! Vera, with changes in the public domain) allows embedding. The machine's own fonts are never asked for.

use std::sync::LazyLock;

use ttf_parser::{Face, OutlineBuilder};

static FACE: LazyLock<Face<'static>> =
    LazyLock::new(|| Face::parse(dejavu::sans_condensed::regular(), 0).expect("the embedded font is sound"));

/// How far the baseline lies below the middle of a line of this size.
pub(super) fn drop(size: f64) -> f64 {
    size * 0.36
}

/// The width of a text set in this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let units: f64 = text.chars().map(|c| f64::from(advance(c))).sum();
    units * scale(size)
}

/// The widest of some texts.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a String>, size: f64) -> f64 {
    texts.into_iter().map(|text| width(text, size)).fold(0.0, f64::max)
}

/// A text cut to a width by an ellipsis within: long names of one recording often differ only at their ends.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let all: Vec<char> = text.chars().collect();
    let cut = |kept: usize| {
        let tail = kept * 2 / 5;
        let (head, tail): (String, String) =
            (all[..kept - tail].iter().collect(), all[all.len() - tail..].iter().collect());
        format!("{}…{}", head.trim_end(), tail.trim_start())
    };
    (0..all.len()).rev().map(cut).find(|shorter| width(shorter, size) <= room).unwrap_or_else(|| "…".into())
}

/// Hands the outline of every glyph to `pen`, told first where each starts; in font units, y upwards. Gives the length
/// of the line in font units.
pub(super) fn outline<P: OutlineBuilder>(text: &str, pen: &mut P, mut start: impl FnMut(&mut P, f64)) -> f64 {
    let mut x = 0.0;
    for c in text.chars() {
        start(pen, x);
        FACE.outline_glyph(glyph(c), pen);
        x += f64::from(advance(c));
    }
    x
}

/// Points per font unit.
pub(super) fn scale(size: f64) -> f64 {
    size / f64::from(FACE.units_per_em())
}

/// The glyph of a character; a box where the font has none.
fn glyph(c: char) -> ttf_parser::GlyphId {
    FACE.glyph_index(c).unwrap_or_default()
}

fn advance(c: char) -> u16 {
    FACE.glyph_hor_advance(glyph(c)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signs_of_science_are_there() {
        for c in "Aé αβγ Жя ₁² → − ≤ … ℵ".chars() {
            assert!(FACE.glyph_index(c).is_some(), "{c}");
        }
    }

    #[test]
    fn texts_are_cut_to_their_room() {
        assert_eq!(fit("short", 12.0, 100.0), "short");
        let cut = fit("a very long channel name", 12.0, 60.0);
        assert_eq!(cut, "a ver…me");
        assert!(width(&cut, 12.0) <= 60.0);
        assert_eq!(fit("abc", 12.0, 1.0), "…");
    }
}
