//! Documentation of Rust items as text for a terminal.

/// A documentation text without the marks of its links and headings.
pub fn plain(text: &str) -> String {
    let (before, links) = text.trim().split_once("[`").unwrap_or((text.trim(), ""));
    let link = |part: &str| match part.split_once("`]") {
        Some((name, rest)) => format!("`{name}`{}", without_target(rest)),
        None => part.to_owned(),
    };
    let links: String = links.split("[`").map(link).collect();
    format!("{before}{links}").replace("# Errors", "Errors")
}

/// What follows a link's text, without the place it leads to: `(super::softmax())`.
fn without_target(rest: &str) -> &str {
    if !rest.starts_with('(') {
        return rest;
    }
    let mut depth = 0;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    end.map_or(rest, |at| &rest[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_become_their_text() {
        assert_eq!(
            plain("gelu([`layer_norm`](super::layer_norm())(x)), as [`softmax`] (of x)."),
            "gelu(`layer_norm`(x)), as `softmax` (of x)."
        );
        assert_eq!(plain("as [`Activation`](crate::map::Activation) numbers"), "as `Activation` numbers");
        assert_eq!(plain("Sums.\n\n# Errors\nNone.\n"), "Sums.\n\nErrors\nNone.");
    }
}
