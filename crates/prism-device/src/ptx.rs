//! One function out of a compiled module.

const ENTRY: &str = ".visible .entry ";

/// The module `ptx` with `symbol` as its only `__global__` function.
///
/// The driver compiles whatever it is given for its GPU, and takes seconds for all variants of a kernel where a run
/// needs one. Everything outside the functions (version, target, tables) stays.
pub fn only(ptx: &str, symbol: &str) -> String {
    let mut pieces = ptx.split(ENTRY);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = end_of_body(piece);
        if piece[..end].starts_with(&format!("{symbol}(")) {
            text.push_str(ENTRY);
            text.push_str(&piece[..end]);
        }
        text.push_str(&piece[end..]);
    }
    text
}

/// Where the function at the beginning of a text ends: behind the line of its last brace, those of inline assembly counted.
fn end_of_body(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return text[at..].find('\n').map_or(text.len(), |line| at + line + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn one_function_is_left_and_everything_outside_stays() {
        let ptx = ".version 9.0\n.const .f64 table;\n\n.visible .entry f(\n  .param .u32 a\n)\n{\n  { ret;\n}\n}\n// between\n.visible .entry f_2(\n)\n{\n  ret;\n}\n";
        let expected = ".version 9.0\n.const .f64 table;\n\n// between\n.visible .entry f_2(\n)\n{\n  ret;\n}\n";
        assert_eq!(only(ptx, "f_2"), expected);
        assert!(only(ptx, "f").contains("{ ret;\n}\n}") && !only(ptx, "f").contains("f_2"));
    }
}
