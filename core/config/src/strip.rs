//! What `wg-quick strip` prints: the file without the lines that only wg-quick(8) understands.
//!
//! Equal byte for byte, so the rules are wg-quick's: white space around a line goes, `#` counts everywhere when looking for the key,
//! only an unspaced `[Interface]` begins the section, and one empty line is added at the end. A byte order mark is left out, which
//! wg-quick would keep in the way of everything.

use zeroize::Zeroizing;

use crate::keyword::{Key, Section};
use crate::syntax::Document;

/// The lines for `wg setconf`, with the private key: the caller must keep it secret.
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
