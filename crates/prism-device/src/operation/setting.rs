//! Settings of operations: their names, what they may be, their defaults.

/// One setting of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Other names it goes by: those of ONNX.
    pub aliases: &'static [&'static str],
    /// What it means.
    pub documentation: &'static str,
    /// What it may be, in words.
    pub expects: String,
    /// Its value when none is given; a call must give those that have none.
    pub default: Option<String>,
}

/// A value that a text can give.
pub trait Setting: Sized {
    /// What it may be, in words.
    fn expects() -> String;

    /// The value a text spells.
    fn parse(text: &str) -> Option<Self>;

    /// The text that spells it.
    fn show(&self) -> String;
}

/// A struct of settings; `#[derive(Settings)]`, with `Default` for the defaults.
pub trait Settings: Default {
    /// Its fields.
    fn parameters() -> Vec<Parameter>;

    /// Sets the field of that name, if it is here.
    ///
    /// # Errors
    /// What the field may be.
    fn set(&mut self, name: &str, text: &str) -> Result<(), String>;
}

/// Operations without settings.
impl Settings for () {
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }

    fn set(&mut self, _: &str, _: &str) -> Result<(), String> {
        Ok(())
    }
}

macro_rules! numbers {
    ($words:literal: $($rust:ident),*) => {$(
        impl Setting for $rust {
            fn expects() -> String {
                $words.into()
            }

            fn parse(text: &str) -> Option<Self> {
                text.trim().parse().ok()
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
numbers!("a number": f32, f64);
numbers!("a whole number": i32, i64);
numbers!("a whole number, 0 or more": u8, u32, u64, usize);

impl Setting for bool {
    fn expects() -> String {
        "true or false".into()
    }

    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "1" => Some(true),
            "0" => Some(false),
            text => text.to_ascii_lowercase().parse().ok(),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl<S: Setting> Setting for Option<S> {
    fn expects() -> String {
        format!("{}, or none", S::expects())
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim() == "none" { Some(None) } else { S::parse(text).map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map_or("none".into(), S::show)
    }
}

impl<S: Setting> Setting for Vec<S> {
    fn expects() -> String {
        format!("a list with commas, each {}", S::expects())
    }

    fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() { Some(Self::new()) } else { text.split(',').map(S::parse).collect() }
    }

    fn show(&self) -> String {
        self.iter().map(S::show).collect::<Vec<_>>().join(",")
    }
}

/// One value stands for all.
impl<S: Setting + Clone, const N: usize> Setting for [S; N] {
    fn expects() -> String {
        format!("{N} values with commas between, or one for all, each {}", S::expects())
    }

    fn parse(text: &str) -> Option<Self> {
        let values = Vec::<S>::parse(text)?;
        if values.len() == 1 { Some(std::array::from_fn(|_| values[0].clone())) } else { values.try_into().ok() }
    }

    fn show(&self) -> String {
        self.iter().map(S::show).collect::<Vec<_>>().join(",")
    }
}

/// Whether two spellings of a choice are one: ONNX writes `SAME_UPPER`, the catalogue `same_upper`.
pub fn same_choice(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.trim().to_ascii_lowercase().replace(['_', '-'], "");
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::Setting;

    fn again<S: Setting>(text: &str) -> Option<String> {
        S::parse(text).map(|value| value.show())
    }

    #[test]
    fn a_value_is_shown_as_it_is_written() {
        assert_eq!(again::<f64>("1e-5").unwrap(), "0.00001");
        assert_eq!(again::<bool>("True").unwrap(), "true");
        assert_eq!(again::<bool>("0").unwrap(), "false");
        assert_eq!(again::<Vec<i64>>("0,-1").unwrap(), "0,-1");
        assert_eq!(again::<Vec<i64>>("").unwrap(), "");
        assert_eq!(again::<[u32; 2]>("3").unwrap(), "3,3");
        assert_eq!(again::<[u32; 2]>("3, 4").unwrap(), "3,4");
        assert_eq!(again::<Option<u32>>("none").unwrap(), "none");
    }

    #[test]
    fn what_is_no_value_is_refused() {
        assert_eq!(again::<u32>("-1"), None);
        assert_eq!(again::<bool>("2"), None);
        assert_eq!(again::<[u32; 2]>("1,2,3"), None);
        assert_eq!(again::<Vec<i64>>("1,,2"), None);
    }
}
