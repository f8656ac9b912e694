//! Produces the output of `wg-quick strip`: the file without the lines that only wg-quick(8) understands.
//!
//! The output is equal byte for byte, so it follows wg-quick's rules: white space around a line is removed, `#` always counts
//! when looking for the key, only an unspaced `[Interface]` begins the section, and one empty line is added at the end. A byte
//! order mark is removed; wg-quick would keep it and then misread the file.

use zeroize::Zeroizing;

use crate::keyword::{Key, Section};
use crate::syntax::Document;

/// Returns the lines for `wg setconf` with the private key, which the caller must keep secret.
pub fn strip(document: &Document) -> Zeroizing<String> {
    let text = document.text().trim_start_matches('\u{feff}');
    let mut stripped = Zeroizing::new(String::with_capacity(text.len() + 2));
    let mut in_interface = false;
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n').take_while(|_| !text.is_empty()) {
        let line = line.trim_matches([' ', '\t']);
        let key = key_of(line);
        if key.starts_with('[') {
            in_interface = key.strip_prefix('[').and_then(|key| key.strip_suffix(']')).is_some_and(is_interface);
        }
        let is_quick = Key::ALL.into_iter().any(|known| !known.is_wg() && key.eq_ignore_ascii_case(known.name()));
        if !(in_interface && is_quick) {
            stripped.push_str(line);
            stripped.push('\n');
        }
    }
    stripped.push('\n');
    stripped
}

fn is_interface(name: &str) -> bool {
    name.eq_ignore_ascii_case(Section::Interface.name())
}

fn key_of(line: &str) -> &str {
    let before = |text, end| str::split(text, end).next().unwrap_or_default();
    before(before(line, '#'), '=').trim_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r'])
}
