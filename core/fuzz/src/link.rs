//! Links that open the app: every text is a page or is refused, and the name in a link is that of a tunnel.

use adit_local::Link;

/// Checks one link.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(link) = Link::parse(text) else { return };
    assert!(Link::has_scheme(bytes) && !text.contains(['?', '#']), "{text:?} is read as {link:?}");
    if let Link::Tunnel(name) = &link {
        assert!(!name.as_str().contains(['/', '\\']) && name.as_str().chars().all(|character| !character.is_control()));
        let written: String = name.as_str().bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(Link::parse(&format!("adit:tunnel/{written}")), Ok(link.clone()), "the name of {text:?}");
    }
}
