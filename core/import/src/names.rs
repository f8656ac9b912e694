//! Derives names for imported tunnels and their interfaces from file names of any system. A derived name is always valid and
//! never already in use.

use std::collections::{HashMap, HashSet};

use adit_api::{TunnelName, TunnelNameError};
use adit_config::InterfaceName;
use unicode_normalization::UnicodeNormalization;

use crate::conf::Conf;
use crate::outcome::{Draft, Reason};

/// Maximum number of characters in a tunnel's name.
const NAME_CHARACTERS: usize = 64;
/// Maximum number of bytes in an interface's name.
const INTERFACE_BYTES: usize = 15;
/// Endings of file names that say nothing about the tunnel.
const EXTENSIONS: [&str; 7] = [".conf", ".txt", ".zip", ".png", ".jpg", ".jpeg", ".webp"];

/// The names in use. Names that look alike are equal here: `Office`, `OFFICE`, and `Büro` spelled with either kind of ü.
#[derive(Debug, Default)]
pub struct Names {
    tunnels: Taken,
    interfaces: Taken,
}

impl Names {
    /// Starts with the names that are already in use.
    pub fn new<'a>(
        tunnels: impl IntoIterator<Item = &'a TunnelName>,
        interfaces: impl IntoIterator<Item = &'a InterfaceName>,
    ) -> Self {
        let mut names = Self::default();
        names.tunnels.keys.extend(tunnels.into_iter().map(|name| key(name.as_str())));
        names.interfaces.keys.extend(interfaces.into_iter().map(|name| key(name.as_str())));
        names
    }

    /// Returns an interface name that is not in use: `wanted`, or a name like it. It is in use from now on.
    pub fn interface(&mut self, wanted: &InterfaceName) -> InterfaceName {
        self.unique_interface(wanted.as_str()).parse().unwrap_or_else(|_| wanted.clone())
    }

    fn unique_interface(&mut self, base: &str) -> String {
        self.interfaces.unique(base, |number| match number {
            None => base.to_owned(),
            Some(number) => {
                let suffix = format!("-{number}");
                let room = base.get(..INTERFACE_BYTES.saturating_sub(suffix.len())).unwrap_or(base);
                format!("{}{suffix}", room.trim_end_matches(['-', '.']))
            }
        })
    }

    pub(crate) fn draft(&mut self, source: &str, file_name: &str, conf: Conf) -> Result<Draft, Reason> {
        let stem = stem(file_name);
        let wanted = tunnel_base(&stem);
        let name = self.tunnels.unique(&wanted, |number| match number {
            None => wanted.clone(),
            Some(number) => {
                let suffix = format!(" ({number})");
                format!("{}{suffix}", cut(&wanted, NAME_CHARACTERS.saturating_sub(suffix.len())))
            }
        });
        let interface = self.unique_interface(&interface_base(&stem));
        let renamed = name != wanted;
        let name: TunnelName = name.parse()?;
        let interface = interface.parse().map_err(|_| TunnelNameError::Empty)?;
        Ok(Draft { source: source.to_owned(), name, renamed, interface, text: conf.text, diagnostics: conf.diagnostics })
    }
}

/// Names of one kind.
#[derive(Debug, Default)]
struct Taken {
    keys: HashSet<String>,
    /// For each name that was requested again, the number from which to continue, because ten thousand files may have the same
    /// name.
    numbers: HashMap<String, u32>,
}

impl Taken {
    /// Returns the first free name of `spelling(None)`, `spelling(Some(2))`, `spelling(Some(3))` … and marks it as used.
    fn unique(&mut self, wanted: &str, spelling: impl Fn(Option<u32>) -> String) -> String {
        let plain = spelling(None);
        if self.keys.insert(key(&plain)) {
            return plain;
        }
        let number = self.numbers.entry(key(wanted)).or_insert(2);
        loop {
            let numbered = spelling(Some(*number));
            *number = number.saturating_add(1);
            if self.keys.insert(key(&numbered)) {
                return numbered;
            }
        }
    }
}

/// Returns true if a character is allowed in a tunnel's name and visible.
fn is_visible(character: char) -> bool {
    format!("a{character}a").parse::<TunnelName>().is_ok()
}

/// Returns a key that is equal for names that a person takes for the same.
pub(crate) fn key(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).collect()
}

/// Returns the last part of a path of any system, without an extension that says nothing.
fn stem(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let ends = |extension: &str| {
        let split = base.len().checked_sub(extension.len())?;
        let (stem, end) = base.split_at_checked(split)?;
        end.eq_ignore_ascii_case(extension).then_some(stem)
    };
    EXTENSIONS.iter().find_map(|extension| ends(extension)).unwrap_or(base).to_owned()
}

/// Returns the visible part of a name, normalized as on most systems (macOS separates letters and their accents).
fn tunnel_base(stem: &str) -> String {
    let visible: String = stem.nfc().map(|character| if is_visible(character) { character } else { ' ' }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let joined = words.join(" ");
    let plain = cut(joined.trim_start_matches(['-', '.', ' ']), NAME_CHARACTERS);
    if plain.is_empty() { "Tunnel".into() } else { plain.to_owned() }
}

/// Returns the first `characters` characters, without a space at the end.
fn cut(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text).trim_end()
}

/// Removes accents from letters and replaces other characters that interface names cannot have by a dash.
fn interface_base(stem: &str) -> String {
    let mut base = String::new();
    for character in stem.nfkd() {
        match character {
            'ß' => base.push_str("ss"),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '=' | '+' | '.' => base.push(character),
            _ if unicode_normalization::char::is_combining_mark(character) => {}
            _ if base.ends_with('-') => {}
            _ => base.push('-'),
        }
    }
    let base = base.trim_matches(['-', '.']);
    let base = if is_reserved(base) { format!("_{base}") } else { base.to_owned() };
    let base = base.get(..INTERFACE_BYTES).unwrap_or(&base).trim_end_matches(['-', '.']);
    if base.is_empty() { "wg".into() } else { base.to_owned() }
}

/// Returns true for names that a system reserves: Linux's loopback and its folders of settings, and Windows' devices, which are
/// not valid file names there, not even with an extension.
fn is_reserved(name: &str) -> bool {
    ["lo", "all", "default"].iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) || is_windows_device(name)
}

/// Returns true for names such as `CON`, `com1` and `NUL.txt`.
pub(crate) fn is_windows_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let numbered = |prefix: &str| {
        stem.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && stem
                .get(3..)
                .is_some_and(|end| matches!(end, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
    };
    ["CON", "PRN", "AUX", "NUL"].iter().any(|device| stem.eq_ignore_ascii_case(device)) || numbered("COM") || numbered("LPT")
}
