//! Reads the parameter names of a `__device__` function, so that swapped arguments of one type are an error.

use crate::{Declaration, cuda_face::parameter_names};

/// Compares the device function in `cuda` with the declaration of the same name.
///
/// # Errors
/// The function is missing, or its parameter names differ from the declared ones; the message shows both lists.
pub fn check(declaration: &Declaration, cuda: &str) -> Result<(), String> {
    let name = declaration.name().to_string();
    let expected = parameter_names(declaration);
    let Some(found) = device_parameters(&name, cuda) else {
        return Err(format!("no `__device__ void {name}({})` in the CUDA source", expected.join(", ")));
    };
    if found == expected {
        return Ok(());
    }
    Err(format!("`{name}` takes ({}) in CUDA but ({}) in Rust", found.join(", "), expected.join(", ")))
}

/// The parameter names of `void name(…)`, in order.
fn device_parameters(name: &str, cuda: &str) -> Option<Vec<String>> {
    let code = without_comments(cuda);
    let start = code.find(&format!("void {name}("))? + "void (".len() + name.len();
    let list = &code[start..start + code[start..].find(')')?];
    Some(list.split(',').filter_map(last_word).collect())
}

fn last_word(parameter: &str) -> Option<String> {
    let mut words = parameter.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.rfind(|w| !w.is_empty()).map(str::to_owned)
}

fn without_comments(code: &str) -> String {
    code.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::device_parameters;

    #[test]
    fn names_survive_templates_qualifiers_and_comments() {
        let code =
            "template <typename T>\n__device__ void f(const T* __restrict__ a,  // [n]\n  uint32_t *b, int n) {}";
        assert_eq!(device_parameters("f", code).unwrap(), ["a", "b", "n"]);
    }

    #[test]
    fn another_function_is_not_mistaken_for_it() {
        assert_eq!(device_parameters("f", "__device__ void ff(int a) {}"), None);
    }
}
