//! Tests files that cannot be read as text at all, and the maximum size of a text.

use adit_config::detect::Foreign;
use adit_config::syntax::{DocumentError, MAX_BYTES};
use adit_config::{Code, Document, parse};

const PRIVATE: &str = "6EmJXfd7R6tV+pMnLqCfeuFbXlnRIbvuBoa/gf5MmUw=";
const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

fn refusal(bytes: &[u8]) -> DocumentError {
    Document::parse(bytes).expect_err("this is no text")
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn utf16_is_named_with_and_without_a_byte_order_mark() {
    for text in ["\u{feff}[Interface]\nPrivateKey = x\n", "[Interface]\nPrivateKey = x\n"] {
        assert_eq!(refusal(&utf16(text, u16::to_le_bytes)), DocumentError::Utf16);
        assert_eq!(refusal(&utf16(text, u16::to_be_bytes)), DocumentError::Utf16);
    }
}

#[test]
fn the_first_byte_that_is_not_utf8_is_placed() {
    assert_eq!(refusal(b"[Interface]\n# Caf\xe9\n"), DocumentError::NotUtf8 { line: 2, column: 6 });
    assert_eq!(
        refusal("[Interface]\n# é\u{feff}".as_bytes().split_last().unwrap().1),
        DocumentError::NotUtf8 { line: 2, column: 4 }
    );
    assert_eq!(refusal(b"\xc0\x80"), DocumentError::NotUtf8 { line: 1, column: 1 });
}

#[test]
fn a_nul_byte_is_placed() {
    assert_eq!(refusal(b"[Interface]\nDNS = 1.1.1.1\0\n"), DocumentError::Nul { line: 2, column: 14 });
    assert_eq!(refusal("\u{feff}é\0".as_bytes()), DocumentError::Nul { line: 1, column: 2 });
}

#[test]
fn a_file_has_at_most_one_mebibyte() {
    let mut text = "#\n".repeat(MAX_BYTES / 2);
    assert!(Document::parse(text.as_bytes()).is_ok());
    text.push('#');
    assert_eq!(refusal(text.as_bytes()), DocumentError::TooLarge { bytes: MAX_BYTES + 1 });
    assert_eq!(refusal(&vec![b'a'; 10 << 20]), DocumentError::TooLarge { bytes: 10 << 20 });
}

#[test]
fn a_line_may_be_as_long_as_a_file() {
    // Such lines come from scripts that join the networks of a whole country.
    let networks: Vec<String> =
        (0..20_000).map(|number| format!("{}.{}.{}.0/24", 20 + number / 65_536, number / 256 % 256, number % 256)).collect();
    let text = format!(
        "[Interface]\nPrivateKey = {PRIVATE}\n[Peer]\nPublicKey = {PUBLIC}\nEndpoint = 192.0.2.1:1\nAllowedIPs = {}\n",
        networks.join(", ")
    );
    let document = Document::parse(text.as_bytes()).unwrap();
    let (config, said) = parse::config(&document).unwrap();
    assert!(said.is_empty(), "{said:?}");
    assert_eq!(config.peers[0].allowed_ips.len(), networks.len());
    assert_eq!(*document.to_bytes(), *text.as_bytes());
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_kind() {
    let tar = [&b"wg0.conf"[..], &[0; 249], b"ustar  \0"].concat();
    for (bytes, kind) in [
        (b"PK\x03\x04\x14\0".as_slice(), Foreign::Zip),
        (b"\x89PNG\r\n\x1a\n\0\0", Foreign::Image),
        (b"\xff\xd8\xff\xe0", Foreign::Image),
        (b"RIFF\0\0\0\0WEBPVP8 ", Foreign::Image),
        (b"BM\x9a\x02\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Foreign::Image),
        (&tar, Foreign::Tar),
        (b"\x1f\x8b\x08", Foreign::Gzip),
        (b"%PDF-1.7", Foreign::Pdf),
        (b"\x7fELF\x02", Foreign::Program),
    ] {
        assert_eq!(refusal(bytes), DocumentError::Foreign(kind));
    }
}

#[test]
fn a_link_is_told_what_it_is() {
    for (text, kind) in [
        ("https://vpn.example/wg0.conf\n", Foreign::Link),
        ("  wireguard://key@vpn.example:51820?address=10.0.0.2#name", Foreign::WireGuardLink),
        ("WG://x", Foreign::WireGuardLink),
    ] {
        let diagnostics = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap_err();
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.code == Code::Foreign(kind)), "{text}: {diagnostics:?}");
    }
    for text in ["see https://vpn.example", "://", "http:// a", "x\nhttps://vpn.example"] {
        let diagnostics = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap_err();
        assert!(diagnostics.iter().all(|diagnostic| !matches!(diagnostic.code, Code::Foreign(_))), "{text}: {diagnostics:?}");
    }
}

#[test]
fn a_word_of_another_format_does_not_make_ours_foreign() {
    let text = "client\nremote x\ndev tun\n[Interface]\n";
    let diagnostics = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap_err();
    assert!(diagnostics.iter().all(|diagnostic| !matches!(diagnostic.code, Code::Foreign(_))));
}

#[test]
fn a_document_does_not_show_its_secrets() {
    let document = Document::parse(b"[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n").unwrap();
    assert_eq!(format!("{document:?}"), "Document { bytes: 70, lines: 2, .. }");
}

#[test]
fn the_largest_lists_are_read_and_one_item_more_is_refused() {
    let allowed = |count: usize| {
        let networks: Vec<String> = (0..count).map(|_| "::/0".to_owned()).collect();
        let lines: Vec<String> = networks.chunks(10_000).map(|chunk| format!("AllowedIPs={}\n", chunk.join(","))).collect();
        let key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
        format!(
            "[Interface]\nPrivateKey=yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n[Peer]\nPublicKey={key}\n{}",
            lines.concat()
        )
    };
    assert!(parse::config(&Document::parse(allowed(200_000).as_bytes()).unwrap()).is_ok());
    let diagnostics = parse::config(&Document::parse(allowed(200_001).as_bytes()).unwrap()).unwrap_err();
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.code == Code::TooManyAllowedIps || diagnostic.code == Code::TooMany));
}

#[test]
fn a_hundred_thousand_different_allowed_ips_are_read() {
    let networks: Vec<String> =
        (0..60_000u32).map(|number| format!("{}/32", std::net::Ipv4Addr::from_bits(number << 3))).collect();
    let lines: Vec<String> = networks.chunks(3_000).map(|chunk| format!("AllowedIPs={}\n", chunk.join(","))).collect();
    let head = "[Interface]\nPrivateKey=yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n[Peer]\nPublicKey=xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint=192.0.2.1:1\n";
    let document = Document::parse(format!("{head}{}", lines.concat()).as_bytes()).unwrap();
    let (config, diagnostics) = parse::config(&document).unwrap();
    assert_eq!((config.peers[0].allowed_ips.len(), diagnostics.len()), (60_000, 0));
}
