//! Names and numbers of interfaces, for the scope in a link-local address.

use std::fs;

const FOLDER: &str = "/sys/class/net";

/// Returns the index of the interface `name`, which may be an index already.
pub(crate) fn index_of(name: &str) -> Option<u32> {
    if name.contains('/') {
        return None;
    }
    name.parse().ok().or_else(|| fs::read_to_string(format!("{FOLDER}/{name}/ifindex")).ok()?.trim().parse().ok())
}

/// Returns the name of the interface with this index.
pub fn name_of(index: u32) -> Option<String> {
    let names = fs::read_dir(FOLDER).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.into_iter().find(|name| index_of(name) == Some(index))
}
