//! Derives file names from tunnel names, which may have characters that some file systems do not allow.

use std::collections::HashSet;

use adit_api::TunnelName;

use crate::names::{is_windows_device, key};

/// Maximum bytes of a file's name before `.conf`; file systems allow 255 in all.
const MAX_BYTES: usize = 200;

/// Returns `NAME.conf` for each name, in the same order: all different, and valid on Linux, macOS and Windows.
pub fn file_names<'a>(names: impl IntoIterator<Item = &'a TunnelName>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut unique = |stem: String| {
        let mut file = format!("{stem}.conf");
        let mut number = 1_u32;
        while !taken.insert(key(&file)) {
            number = number.saturating_add(1);
            file = format!("{stem} ({number}).conf");
        }
        file
    };
    names.into_iter().map(|name| unique(stem(name.as_str()))).collect()
}

fn stem(name: &str) -> String {
    let mut stem = String::new();
    for character in name.chars() {
        let allowed = if matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\') { '_' } else { character };
        if stem.len() + allowed.len_utf8() > MAX_BYTES {
            break;
        }
        stem.push(allowed);
    }
    // Windows removes dots and spaces at the end of a name.
    let stem = stem.trim_end_matches(['.', ' ']);
    match stem {
        "" => "_".into(),
        _ if is_windows_device(stem) => format!("_{stem}"),
        _ => stem.into(),
    }
}
