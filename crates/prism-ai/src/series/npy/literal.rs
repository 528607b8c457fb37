//! The Python literals that an array's header is written in.

/// What is left to read of a header.
pub(super) struct Literal<'a>(pub(super) &'a str);

impl<'a> Literal<'a> {
    /// Steps over `symbol` and the blanks before it; false when something else comes.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        match self.0.trim_ascii_start().strip_prefix(symbol) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// A text in single or double quotes.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let quote = ["'", "\""].into_iter().find(|quote| self.take(quote))?;
        let (text, rest) = self.0.split_once(quote)?;
        self.0 = rest;
        Some(text)
    }

    /// `True` or `False`.
    pub(super) fn boolean(&mut self) -> Option<bool> {
        if self.take("True") { Some(true) } else { self.take("False").then_some(false) }
    }

    /// A tuple of sizes: `()`, `(3,)`, `(3, 4)`.
    pub(super) fn sizes(&mut self) -> Option<Vec<usize>> {
        let mut sizes = Vec::new();
        if !self.take("(") {
            return None;
        }
        while !self.take(")") {
            sizes.push(self.size()?);
            if !self.take(",") {
                return self.take(")").then_some(sizes);
            }
        }
        Some(sizes)
    }

    fn size(&mut self) -> Option<usize> {
        let digits = self.0.trim_ascii_start();
        let end = digits.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(digits.len());
        let (number, rest) = digits.split_at(end);
        self.0 = rest;
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_tuples_of_whole_numbers() {
        assert_eq!(Literal("()").sizes(), Some(vec![]));
        assert_eq!(Literal(" (3,)").sizes(), Some(vec![3]));
        assert_eq!(Literal("( 3 , 4 )").sizes(), Some(vec![3, 4]));
        for wrong in ["", "(", "3", "(3", "(3,", "(,)", "(-3,)", "(3 4)", "(99999999999999999999,)"] {
            assert_eq!(Literal(wrong).sizes(), None, "{wrong}");
        }
    }
}
