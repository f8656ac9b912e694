//! What a network service says about links, and the checks that its answers pass: a service may be wrong, and repeats what
//! networks say about themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use zbus::{OwnedObjectPath, OwnedVariant};

use crate::network_facts::{Known, LinkKind, Portal, Wifi};

/// More links, names of domains or objects of one kind are not looked at.
pub(super) const MAX_OBJECTS: usize = 64;
/// Maximum length of a domain name, bytes (RFC 1035).
const MAX_DOMAIN: usize = 253;

/// The links that a service manages, by the names of their interfaces.
pub(super) type Managed = BTreeMap<String, FromService>;

/// A service's answer about a link.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct FromService {
    /// None: as the kernel says.
    pub(super) kind: Option<LinkKind>,
    pub(super) wifi: Option<Wifi>,
    pub(super) dns_suffixes: Known<Vec<String>>,
    pub(super) metered: Known<bool>,
    pub(super) portal: Portal,
}

/// The properties of one interface of a D-Bus object.
pub(super) type Properties = HashMap<String, OwnedVariant>;

/// Returns a property if it is there and has this type.
pub(super) fn get<T: TryFrom<OwnedVariant>>(properties: &Properties, name: &str) -> Option<T> {
    properties.get(name)?.try_clone().ok()?.try_into().ok()
}

/// Returns the path of another object. None if the property is missing or names no object.
pub(super) fn path(properties: &Properties, name: &str) -> Option<OwnedObjectPath> {
    get::<OwnedObjectPath>(properties, name).filter(|path| path.as_str() != "/")
}

/// Returns the names that can be domains, sorted, in lower case and without a dot at the end.
pub(super) fn domains(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let domain = |name: String| {
        // `~` marks a domain that is for routing alone.
        let name = name.strip_prefix('~').unwrap_or(&name).trim_end_matches('.').to_ascii_lowercase();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (!name.is_empty() && name.len() <= MAX_DOMAIN && name.bytes().all(is_allowed)).then_some(name)
    };
    let names: BTreeSet<String> = names.into_iter().take(MAX_OBJECTS).filter_map(domain).collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_can_be_domains_are_taken_and_in_one_spelling() {
        let long = "a".repeat(254);
        let given = ["Corp.Example.", "~lab.example", "corp.example", "", "~.", "wo rd", "caf\u{e9}.example", &long];
        assert_eq!(domains(given.map(str::to_owned)), ["corp.example", "lab.example"]);
        let many = (0..100_000).map(|number| format!("{number}.example"));
        assert_eq!(domains(many).len(), MAX_OBJECTS);
    }
}
