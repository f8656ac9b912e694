//! Recognizes files that are not WireGuard configurations, so that a photograph is not reported as "a syntax error".

use std::fmt;

use crate::syntax::{Document, LineKind};

/// A kind of file that is often mistaken for a WireGuard configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Foreign {
    /// An OpenVPN configuration, `.ovpn`.
    OpenVpn,
    /// A `.mobileconfig` with an IKEv2 or IPsec payload.
    Ikev2Profile,
    /// Any other `.mobileconfig`.
    AppleProfile,
    /// A `.pcf` file of the Cisco VPN client.
    CiscoPcf,
    /// `ipsec.conf`, `swanctl.conf` or `.sswan`.
    StrongSwan,
    /// A PEM file, which begins with `-----BEGIN`.
    Pem,
    /// A web page, probably saved in place of the file behind a link.
    Html,
    /// Other XML.
    Xml,
    /// JSON.
    Json,
    /// A `wireguard://` link, which some programs create; there is no common format.
    WireGuardLink,
    /// Another link (URL).
    Link,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A gzip file, usually a compressed tar archive.
    Gzip,
    /// A file compressed with xz, zstd, bzip2 or 7-Zip.
    Compressed,
    /// An image: PNG, JPEG, GIF, WebP, HEIC or BMP.
    Image,
    /// A PDF document.
    Pdf,
    /// An executable program.
    Program,
}

/// Recognizes binary files.
pub fn binary(bytes: &[u8]) -> Option<Foreign> {
    const SIGNATURES: [(&[u8], Foreign); 16] = [
        (b"PK\x03\x04", Foreign::Zip),
        (b"PK\x05\x06", Foreign::Zip),
        (b"\x1f\x8b", Foreign::Gzip),
        (b"\xfd7zXZ\0", Foreign::Compressed),
        (b"\x28\xb5\x2f\xfd", Foreign::Compressed),
        (b"BZh9", Foreign::Compressed),
        (b"7z\xbc\xaf\x27\x1c", Foreign::Compressed),
        (b"\x89PNG\r\n\x1a\n", Foreign::Image),
        (b"\xff\xd8\xff", Foreign::Image),
        (b"GIF87a", Foreign::Image),
        (b"GIF89a", Foreign::Image),
        (b"%PDF-", Foreign::Pdf),
        (b"\x7fELF", Foreign::Program),
        (b"MZ\x90\0", Foreign::Program),
        (b"\xcf\xfa\xed\xfe", Foreign::Program),
        (b"\xca\xfe\xba\xbe", Foreign::Program),
    ];
    let by_signature = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, kind)| *kind);
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let is_heic = bytes.get(4..8) == Some(b"ftyp");
    // After the two letters come the size, four zeros, the offset of the pixels, and the size of the next header.
    let is_bmp = bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) && bytes.get(15..18) == Some(&[0; 3]);
    let is_tar = bytes.get(257..262) == Some(b"ustar");
    by_signature.or_else(|| (is_webp || is_heic || is_bmp).then_some(Foreign::Image)).or_else(|| is_tar.then_some(Foreign::Tar))
}

/// Returns true if the text begins with a byte order mark of UTF-16, or has a zero beside most characters, as `[Interface]` has
/// in UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let sample = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    sample.len() >= 4 && zeros(0).max(zeros(1)) * 4 >= sample.len() && zeros(0).min(zeros(1)) == 0
}

/// Recognizes a text that is not a WireGuard configuration. A text with an `[Interface]` or `[Peer]` section never is one of
/// these.
pub fn text(document: &Document) -> Option<Foreign> {
    if document.lines().iter().any(|line| matches!(line.kind, LineKind::Header { section: Some(_), .. })) {
        return None;
    }
    let text = document.text().trim_start_matches('\u{feff}').trim_start();
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if begins("-----BEGIN") {
        return Some(Foreign::Pem);
    }
    if begins("<!doctype html") || begins("<html") {
        return Some(Foreign::Html);
    }
    if begins("<?xml") || begins("<!doctype plist") || begins("<plist") {
        return Some(profile(text));
    }
    if begins("{") {
        let is_swan = text.contains("\"ikev2-");
        return Some(if is_swan { Foreign::StrongSwan } else { Foreign::Json });
    }
    link(text).or_else(|| by_words(text))
}

/// Recognizes a text that is one word and starts with a scheme (RFC 3986 section 3.1).
fn link(text: &str) -> Option<Foreign> {
    let (scheme, rest) = text.trim_end().split_once("://")?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    let is_one_word = !rest.contains(char::is_whitespace);
    let is_wireguard = ["wireguard", "wg"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (is_scheme && is_one_word).then_some(if is_wireguard { Foreign::WireGuardLink } else { Foreign::Link })
}

fn profile(text: &str) -> Foreign {
    if !text.contains("<plist") {
        return Foreign::Xml;
    }
    let is_ipsec = ["IKEv2", "<string>IPSec</string>", "com.apple.vpn.managed"].iter().any(|word| text.contains(word));
    if is_ipsec { Foreign::Ikev2Profile } else { Foreign::AppleProfile }
}

/// Recognizes a text by the first words of its lines; two different words of one kind are enough.
fn by_words(text: &str) -> Option<Foreign> {
    const OPENVPN: [&str; 13] = [
        "client",
        "remote",
        "dev",
        "proto",
        "<ca>",
        "<cert>",
        "<key>",
        "<tls-auth>",
        "cipher",
        "auth-user-pass",
        "tls-client",
        "nobind",
        "verb",
    ];
    const PCF: [&str; 7] = ["[main]", "grouppwd", "groupname", "authtype", "enableispconnect", "enc_grouppwd", "tunnelingmode"];
    const SWAN: [&str; 8] = ["conn", "config", "leftid", "rightid", "keyexchange", "connections", "leftauth", "rightauth"];
    let first_words: Vec<String> = text
        .lines()
        .take(400)
        .filter_map(|line| line.trim().trim_start_matches('!').split(['=', ' ', '\t']).next())
        .map(str::to_ascii_lowercase)
        .collect();
    let hits = |words: &[&str]| words.iter().filter(|word| first_words.iter().any(|first| first == *word)).count();
    let kinds = [(Foreign::OpenVpn, hits(&OPENVPN)), (Foreign::CiscoPcf, hits(&PCF)), (Foreign::StrongSwan, hits(&SWAN))];
    kinds.into_iter().filter(|(_, hits)| *hits >= 2).max_by_key(|(_, hits)| *hits).map(|(kind, _)| kind)
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenVpn => "an OpenVPN profile",
            Self::Ikev2Profile => "an Apple profile for IKEv2 or IPsec",
            Self::AppleProfile => "an Apple configuration profile",
            Self::CiscoPcf => "a profile of the Cisco IPsec client (.pcf)",
            Self::StrongSwan => "an IPsec configuration (strongSwan)",
            Self::Pem => "a PEM file (a certificate or a key of another kind)",
            Self::Html => "a web page",
            Self::Xml => "an XML file",
            Self::Json => "a JSON file",
            Self::WireGuardLink => "a wireguard:// link",
            Self::Link => "a link (URL)",
            Self::Zip => "a zip archive",
            Self::Tar => "a tar archive",
            Self::Gzip | Self::Compressed => "a compressed file",
            Self::Image => "an image",
            Self::Pdf => "a PDF file",
            Self::Program => "a program",
        })
    }
}
