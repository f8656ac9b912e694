//! Links that open the app: `adit:tunnel/NAME` and `adit:import`.
//!
//! Any page of a browser and any program can open a link, so a link only shows a page. None turns a tunnel on or off, brings a
//! configuration, or answers a question; there is nothing in the language to say so.

use adit_api::TunnelName;
use percent_encoding::percent_decode_str;

/// The scheme and its colon.
const SCHEME: &str = "adit:";
/// The longest link, bytes: the longest name, with each byte as `%XX`, fits.
const MAX_BYTES: usize = 1024;

/// A page of the window that a link shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Link {
    /// The tunnel with this name.
    Tunnel(TunnelName),
    /// The page on which the user imports tunnels.
    Import,
}

/// The reason why a link is not opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LinkError {
    /// It is longer than any link to a tunnel.
    #[error("the link is longer than 1024 bytes")]
    TooLong,
    /// It has parameters or a fragment, such as a configuration to import.
    #[error("a link only shows a page; it cannot bring a configuration or turn a tunnel on or off")]
    Parameters,
    /// The name cannot be that of a tunnel.
    #[error("the link has no valid name of a tunnel")]
    Name,
    /// It names no page.
    #[error("the link names no page of Adit; known are adit:tunnel/NAME and adit:import")]
    Unknown,
}

impl Link {
    /// Returns true if a text claims to be such a link.
    pub fn has_scheme(text: &[u8]) -> bool {
        text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME.as_bytes()))
    }

    /// Reads a link. Browsers may write it with slashes: `adit://tunnel/NAME`, `adit:import/`.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > MAX_BYTES {
            return Err(LinkError::TooLong);
        }
        if !Self::has_scheme(text.as_bytes()) {
            return Err(LinkError::Unknown);
        }
        let page = &text[SCHEME.len()..];
        if page.contains(['?', '#']) {
            return Err(LinkError::Parameters);
        }
        let page = page.strip_prefix("//").unwrap_or(page);
        match page.split_once('/').unwrap_or((page, "")) {
            ("import", "") => Ok(Self::Import),
            ("tunnel", name) => {
                let name = percent_decode_str(name).decode_utf8().map_err(|_| LinkError::Name)?;
                Ok(Self::Tunnel(name.parse().map_err(|_| LinkError::Name)?))
            }
            _ => Err(LinkError::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_shows_a_tunnel_or_the_import() {
        let tunnel = |name: &str| Ok(Link::Tunnel(name.parse().unwrap()));
        assert_eq!(Link::parse("adit:tunnel/office"), tunnel("office"));
        assert_eq!(Link::parse("ADIT://tunnel/Office%20Berlin"), tunnel("Office Berlin"));
        assert_eq!(Link::parse("adit:tunnel/%D9%85%D9%83%D8%AA%D8%A8"), tunnel("مكتب"));
        for import in ["adit:import", "adit:import/", "adit://import"] {
            assert_eq!(Link::parse(import), Ok(Link::Import), "{import}");
        }
        let longest = format!("adit://tunnel/{}", "%f0%9f%8f%a0".repeat(64));
        assert_eq!(Link::parse(&longest), tunnel(&"🏠".repeat(64)));
    }

    #[test]
    fn a_link_brings_nothing_and_turns_nothing_on() {
        for link in [
            "adit:import?config=%5BInterface%5D",
            "adit:import?url=https://evil.example",
            "adit:tunnel/office?on",
            "adit:tunnel/a#on",
        ] {
            assert_eq!(Link::parse(link), Err(LinkError::Parameters), "{link}");
        }
        for link in [
            "adit:",
            "adit:connect/office",
            "adit:tunnel",
            "adit:import/office",
            "adit:javascript:alert(1)",
            "file:///etc/passwd",
            "",
        ] {
            assert!(matches!(Link::parse(link), Err(LinkError::Unknown | LinkError::Name)), "{link}");
        }
    }

    #[test]
    fn names_that_no_tunnel_has_and_endless_links_are_refused() {
        for name in ["", "..%2f..%2fetc", "a/b", "%00", "%E2%80%AEgpj", "%FF", "-rf", "%20a"] {
            assert!(Link::parse(&format!("adit:tunnel/{name}")).is_err(), "{name}");
        }
        assert_eq!(Link::parse(&format!("adit:tunnel/{}", "a".repeat(1024))), Err(LinkError::TooLong));
    }
}
