//! Names for the command line.

/// A name as it is typed in a shell.
pub fn argument(name: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_.+=".contains(character);
    if name.chars().all(is_plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_can_be_pasted_into_a_shell() {
        assert_eq!(argument("office"), "office");
        assert_eq!(argument("Büro 2"), "'Büro 2'");
        assert_eq!(argument("it's"), "'it'\\''s'");
    }
}
