//! How things that come from a file are shown in a message: quoted, escaped and short.

/// The most characters of one thing that a message shows.
const LONGEST: usize = 40;
/// The most names that a message lists.
const MOST: usize = 10;

/// `text` in backquotes, control characters escaped, its end left off when it is long.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(LONGEST) {
        match character {
            '\'' | '"' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// `names` quoted, with commas; a long list ends in how many more there are.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(MOST).map(|name| quoted(name)).collect();
    let more = names.len().saturating_sub(MOST);
    let end = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &end
}

/// `count` of a thing: "1 cell", "2 cells".
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_strange_text_is_shown_short_and_escaped() {
        assert_eq!(quoted("left\tknee\u{202e}"), r"`left\tknee\u{202e}`");
        assert_eq!(quoted(r#"it's 5" \"#), r#"`it's 5" \`"#);
        assert_eq!(quoted(&"é".repeat(41)), format!("`{}…`", "é".repeat(40)));
        assert_eq!(quoted(&"é".repeat(40)), format!("`{}`", "é".repeat(40)));
    }

    #[test]
    fn a_long_list_is_cut() {
        let names: Vec<_> = (0..12).map(|v| format!("c{v}")).collect();
        assert_eq!(listed(&names[..2]), "`c0`, `c1`");
        assert_eq!(listed(&names), "`c0`, `c1`, `c2`, `c3`, `c4`, `c5`, `c6`, `c7`, `c8`, `c9` and 2 more");
    }
}
