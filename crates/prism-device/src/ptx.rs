//! One function out of a compiled module.

const ENTRY: &str = ".visible .entry ";
const END: &str = "\n}\n";

/// The module `ptx` with `symbol` as its only `__global__` function.
///
/// The driver compiles whatever it is given for its GPU, and takes seconds for all variants of a kernel where a run
/// needs one. Everything outside the functions (version, target, tables) stays.
pub fn only(ptx: &str, symbol: &str) -> String {
    let mut pieces = ptx.split(ENTRY);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(END).map_or(piece.len(), |at| at + END.len());
        if piece[..end].starts_with(&format!("{symbol}(")) {
            text.push_str(ENTRY);
            text.push_str(&piece[..end]);
        }
        text.push_str(&piece[end..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn one_function_is_left_and_everything_outside_stays() {
        let ptx = ".version 9.0\n.const .f64 table;\n\n.visible .entry f(\n  .param .u32 a\n)\n{\n  { ret; }\n}\n// between\n.visible .entry f_2(\n)\n{\n  ret;\n}\n";
        let expected = ".version 9.0\n.const .f64 table;\n\n// between\n.visible .entry f_2(\n)\n{\n  ret;\n}\n";
        assert_eq!(only(ptx, "f_2"), expected);
        assert!(only(ptx, "f").contains("{ ret; }") && !only(ptx, "f").contains("f_2"));
    }
}
