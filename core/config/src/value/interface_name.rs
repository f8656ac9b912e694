//! The name of a network interface, which is also the name of a `.conf` file and of a UAPI socket.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// Maximum length of a name in bytes: Linux's `IFNAMSIZ` without the final zero.
const MAX_BYTES: usize = 15;

/// The reason why a text cannot name an interface.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InterfaceNameError {
    /// The text is empty.
    #[error("an interface name cannot be empty")]
    Empty,
    /// The text has more than 15 bytes; this is their number.
    #[error("an interface name has at most 15 characters, this has {0} bytes")]
    TooLong(usize),
    /// The text has a character that is not one of `a-z A-Z 0-9 _ = + . -`. This is the first such character.
    #[error("the character {0:?} cannot be in an interface name; letters, digits and _ = + . - can")]
    Character(char),
    /// The text is `.` or `..`, which are folders.
    #[error("`.` and `..` are folders, not interface names")]
    Dots,
    /// The text has a leading `-`, which programs take for an option.
    #[error("an interface name cannot begin with `-`, programs would take it for an option")]
    LeadingDash,
    /// The path does not end in `NAME.conf`.
    #[error("a configuration file is called NAME.conf, where NAME becomes the interface name")]
    NotConf,
}

/// An interface name: 1 to 15 of `a-z A-Z 0-9 _ = + . -`, as in wg-quick(8); never `.` or `..`, and never with a leading `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceName(String);

impl InterfaceName {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the interface that wg-quick(8) would create for this file: `/any/where/wg0.conf` gives `wg0`.
    pub fn from_conf_path(path: &Path) -> Result<Self, InterfaceNameError> {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or(InterfaceNameError::NotConf)?;
        name.strip_suffix(".conf").ok_or(InterfaceNameError::NotConf)?.parse()
    }
}

impl FromStr for InterfaceName {
    type Err = InterfaceNameError;

    fn from_str(text: &str) -> Result<Self, InterfaceNameError> {
        if text.is_empty() {
            return Err(InterfaceNameError::Empty);
        }
        if let Some(character) =
            text.chars().find(|character| !character.is_ascii_alphanumeric() && !"_=+.-".contains(*character))
        {
            return Err(InterfaceNameError::Character(character));
        }
        if text.len() > MAX_BYTES {
            return Err(InterfaceNameError::TooLong(text.len()));
        }
        match text {
            "." | ".." => Err(InterfaceNameError::Dots),
            _ if text.starts_with('-') => Err(InterfaceNameError::LeadingDash),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl AsRef<str> for InterfaceName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for InterfaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wg_quick_s_names_are_names() {
        for name in ["wg0", "a", "_=+.-", "a.", "...", "123456789012345", "CON", "all"] {
            assert_eq!(name.parse::<InterfaceName>().unwrap().as_str(), name);
        }
    }

    /// Tests the entries under "names/paths" in the list of bad inputs.
    #[test]
    fn a_path_an_option_or_a_trick_is_not_a_name() {
        let long = "a".repeat(255);
        for name in [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "C:x",
            "-rf",
            "%i",
            "%s",
            " wg0",
            "wg0 ",
            "wg\u{202e}0",
            "wg\u{200b}0",
            "e\u{301}",
            "\u{e9}",
            "1234567890123456",
            &long,
            "\u{1f600}",
            "wg\0",
            "wg0\n",
            "$(id)",
            "a;b",
            "a'b",
            "*",
        ] {
            assert!(name.parse::<InterfaceName>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_interface_is_named_after_the_file() {
        let name = |path: &str| InterfaceName::from_conf_path(Path::new(path)).map(|name| name.to_string());
        assert_eq!(name("/etc/wireguard/wg0.conf").as_deref(), Ok("wg0"));
        assert_eq!(name("con.conf").as_deref(), Ok("con"));
        assert_eq!(name("wg0"), Err(InterfaceNameError::NotConf));
        assert_eq!(name(".conf"), Err(InterfaceNameError::Empty));
        assert_eq!(name("NUL.txt"), Err(InterfaceNameError::NotConf));
        assert_eq!(name("....conf").as_deref(), Ok("..."));
        assert_eq!(name("...conf"), Err(InterfaceNameError::Dots));
        assert_eq!(name("/"), Err(InterfaceNameError::NotConf));
    }
}
