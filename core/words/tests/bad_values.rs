//! Tests every bad (and unusual but valid) value in the list of bad inputs, one line each: accepted, warned about, or refused, and with
//! which words.

use adit_config::{Document, Severity, parse};
use adit_words::Words;

const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// Returns the diagnostics about a line in an otherwise correct file; empty if there are none.
fn interface(line: &str) -> String {
    said(&format!("[Interface]\nPrivateKey = {PRIVATE}\n{line}\n[Peer]\nPublicKey = {PUBLIC}\nEndpoint = 192.0.2.1:1\n"))
}

fn peer(line: &str) -> String {
    said(&format!("[Interface]\nPrivateKey = {PRIVATE}\nListenPort = 1\n[Peer]\nPublicKey = {PUBLIC}\n{line}\n"))
}

fn said(text: &str) -> String {
    let document = Document::parse(text.as_bytes()).unwrap();
    let (Ok((_, diagnostics)) | Err(diagnostics)) = parse::config(&document);
    let worst = diagnostics.iter().max_by_key(|diagnostic| diagnostic.severity);
    worst.map(|diagnostic| Words::english().complaint("", &diagnostic.into())).unwrap_or_default()
}

fn check(say: fn(&str) -> String, table: &[(&str, &str)]) {
    for (line, expected) in table {
        let said = say(line);
        let as_expected = if expected.is_empty() { said.is_empty() } else { said.contains(expected) };
        assert!(as_expected, "{line:?}\n  said:     {said}\n  expected: {expected}");
    }
}

#[test]
fn ports() {
    check(
        interface,
        &[
            ("ListenPort = 0", ""),
            ("ListenPort = 65535", ""),
            ("ListenPort = 065", ""),
            ("ListenPort = 65536", "error: ListenPort: `65536` is not between 0 and 65535"),
            ("ListenPort = 99999999999999999999", "not between"),
            ("ListenPort = -1", "`-1` is not a number"),
            ("ListenPort = +1", "`+1` is not a number"),
            ("ListenPort = 0x10", "not a number"),
            ("ListenPort = 1e3", "not a number"),
            ("ListenPort = domain", "not a number"),
            ("ListenPort = \u{661}", "not a number"),
        ],
    );
}

#[test]
fn mtus() {
    check(
        interface,
        &[
            ("MTU = 0", "`0` is not between 68 and 65535"),
            ("MTU = 67", "not between"),
            ("MTU = 68", "warning: MTU: below 576"),
            ("MTU = 575", "below 576"),
            ("MTU = 576", ""),
            ("MTU = 1279", ""),
            ("MTU = 1279\nAddress = fd00::1/64", "IPv6 needs at least 1280"),
            ("MTU = 1280\nAddress = fd00::1/64", ""),
            ("MTU = 65535", ""),
            ("MTU = 65536", "not between"),
            ("MTU = 2147483648", "not between"),
            ("MTU = auto", "not a number"),
        ],
    );
}

#[test]
fn marks_and_tables() {
    check(
        interface,
        &[
            ("FwMark = off", ""),
            ("FwMark = 0xFFFFFFFF", ""),
            ("FwMark = 4294967295", ""),
            ("FwMark = 4294967296", "not between 0 and 4294967295"),
            ("FwMark = 0x100000000", "not between"),
            ("FwMark = 0X10", "not a number"),
            ("Table = off", ""),
            ("Table = auto", ""),
            ("Table = main", ""),
            ("Table = 4294967295", ""),
            ("Table = 4294967296", "from 1 to 4294967295"),
            ("Table = 0", "from 1 to 4294967295"),
            ("Table = vpn", "neither `auto` nor `off` nor a number"),
            ("SaveConfig = TRUE", ""),
            ("SaveConfig = 1", "neither `true` nor `false`"),
        ],
    );
}

#[test]
fn addresses() {
    check(
        interface,
        &[
            ("Address = 10.0.0.1/24, fd00::1/64", ""),
            ("Address = 10.0.0.1", "note: Address: no prefix length; it is taken for 10.0.0.1/32"),
            ("Address = 10.0.0.1/33", "larger than 32"),
            ("Address = fd00::1/129", "larger than 128"),
            ("Address = ::ffff:10.0.0.1/128", ""),
            ("Address = 0.0.0.0/0", ""),
            ("Address = 10.0.0.1/255.255.255.0", "write /24"),
            ("Address = 10.0.0.01/24", "not an IPv4 or IPv6 address"),
            ("Address = 10.0.0.1/24;10.0.0.2/24", "the prefix length is not a number"),
            ("Address = wg.example.org", "not an IPv4 or IPv6 address"),
        ],
    );
}

#[test]
fn resolvers() {
    let many = format!("DNS = {}", (0..64).map(|number| format!("10.0.0.{number}")).collect::<Vec<_>>().join(", "));
    check(
        interface,
        &[
            (&many, ""),
            ("DNS = 1.1.1.1, corp.example", ""),
            ("DNS =", "the value is missing; this line is ignored"),
            ("DNS = 1.1.1", "`1.1.1` is not an IP address"),
            ("DNS = 1.1.1.1:53", "not an IP address\n    write 1.1.1.1: a resolver is always asked at port 53"),
            ("DNS = [fd00::1]:53", "write fd00::1: a resolver"),
            ("DNS = https://1.1.1.1/dns-query", "DNS over HTTPS and TLS cannot be set here"),
            ("DNS = 1.1.1.1/32", "not an IP address"),
            ("DNS = tls://dns.example", "not an IP address"),
            ("DNS = a;b", "';' cannot be in it"),
            ("DNS = $(id)", "'$' cannot be in it"),
            ("DNS = ~", "it is empty"),
            ("DNS = bücher.example", "write its xn-- form"),
            ("DNS = 10.8.0.1, ~--help", "begins or ends with `-`"),
            ("DNS = a\u{b}b", "a line break of another system"),
        ],
    );
}

#[test]
fn allowed_ips() {
    check(
        peer,
        &[
            ("AllowedIPs = 10.0.0.0/24, fd00::/64", ""),
            ("AllowedIPs = 10.0.0.1", ""),
            ("AllowedIPs = 0.0.0.0/0, ::/0", ""),
            ("AllowedIPs = 0.0.0.0/1, 128.0.0.0/1, ::/0", ""),
            ("AllowedIPs = 0.0.0.0/0, ::/1, 8000::/1", ""),
            ("AllowedIPs = 0.0.0.0/1, 128.0.0.0/1", "but IPv6 does not"),
            ("AllowedIPs = 0.0.0.0/1", ""),
            ("AllowedIPs = ::/0", "but IPv4 does not"),
            ("AllowedIPs = 10.0.0.0 / 2 4", ""),
            ("AllowedIPs = 10.0.0.0/024", ""),
            ("AllowedIPs = 10.0.0.1/24", "warning: AllowedIPs: host bits are set; it is taken for 10.0.0.0/24"),
            ("AllowedIPs = ,", "two commas in a row"),
            ("AllowedIPs = 10.0.0.0/24,", "two commas in a row"),
            ("AllowedIPs = 10.0.0.0/", "not a number"),
            ("AllowedIPs = 10.0.0.0/33", "larger than 32"),
            ("AllowedIPs = ::/129", "larger than 128"),
            ("AllowedIPs = +10.0.0.0/24", "`+` and `-` need wg"),
            ("AllowedIPs = --10.0.0.0/24", "not an IPv4 or IPv6 address"),
            ("AllowedIPs = 10.0.0.0/24 10.0.1.0/24", "the prefix length is not a number"),
            ("AllowedIPs = any", "not an IPv4 or IPv6 address"),
        ],
    );
}

#[test]
fn endpoints() {
    let long = |length: usize| format!("Endpoint = {}:1", &format!("{}.", "a".repeat(60)).repeat(5)[..length]);
    check(
        peer,
        &[
            ("Endpoint = vpn.example.org:51820", ""),
            ("Endpoint = vpn.example.org.:51820", ""),
            ("Endpoint = xn--example-.org:1", "begins or ends with `-`"),
            ("Endpoint = xn--bcher-kva.example:1", ""),
            ("Endpoint = b\u{fc}cher.example:1", "write the name in its xn-- form"),
            ("Endpoint = [::1]:1", ""),
            ("Endpoint = [::1%eth0]:1", ""),
            ("Endpoint = ::1:51820", "warning: Endpoint: an IPv6 address without brackets"),
            ("Endpoint = [::1]", "the port is missing"),
            ("Endpoint = [vpn.example]:1", "brackets are for IPv6 addresses, not for names\n    write the name without brackets"),
            ("Endpoint = [1.2.3]:1", "not an IPv6 address"),
            ("Endpoint = vpn.example.org", "the port is missing"),
            ("Endpoint = vpn.example.org:", "the port is missing"),
            ("Endpoint = vpn.example.org:0", "from 1 to 65535"),
            ("Endpoint = vpn.example.org:65536", "from 1 to 65535"),
            ("Endpoint = vpn.example.org:domain", "from 1 to 65535"),
            ("Endpoint = vpn example.org:1", ""),
            ("Endpoint = 127.1:1", "not an IPv4 address"),
            ("Endpoint = https://vpn.example.org:443", "a URL is not an endpoint"),
            (&long(253), ""),
            (&long(254), "more than 253 characters"),
        ],
    );
}

#[test]
fn keepalives() {
    check(
        peer,
        &[
            ("PersistentKeepalive = off", ""),
            ("PersistentKeepalive = 0", ""),
            ("PersistentKeepalive = 65535", ""),
            ("PersistentKeepalive = 65536", "not between 0 and 65535"),
            ("PersistentKeepalive = on", "not a number"),
        ],
    );
}

#[test]
fn keys() {
    let zero = format!("{}=", "A".repeat(43));
    let own = |text: &str| said(&format!("[Interface]\nPrivateKey = {text}\n"));
    for (text, expected) in [
        (PRIVATE, ""),
        ("yAnz5TF+lXXJte14tji3 zlMNq+hd2rYUIgJBgB3fBmk =", ""),
        ("/////////////////////////////////////////w9=", "cannot be in a key"),
        ("/////////////////////////////////////////////", "45 characters"),
        ("//////////////////////////////////////////8=", ""),
        (&PRIVATE[..43], "the `=` at its end is missing"),
        (&PRIVATE[1..], "43 characters"),
        (&PRIVATE.replace('+', "-"), "URL-safe"),
        (&PRIVATE.replace("k=", "l="), "mistyped or cut"),
        (&PRIVATE.replace("k=", "=="), "a character that base64 does not have"),
        (&"ab".repeat(32), "hexadecimal"),
        (&zero, "all zero"),
    ] {
        let said = own(text);
        assert!(if expected.is_empty() { said.is_empty() } else { said.contains(expected) }, "{text}: {said}");
    }
    check(
        peer,
        &[
            (&format!("PresharedKey = {PUBLIC}"), ""),
            (&format!("PresharedKey = {zero}"), "the same as none"),
            (&format!("PublicKey = {zero}"), "there can be no secret"),
            ("PublicKey = AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "there can be no secret"),
        ],
    );
}

#[test]
fn an_error_is_the_worst_and_a_note_the_least() {
    assert!(Severity::Error > Severity::Warning && Severity::Warning > Severity::Note);
}

#[test]
fn a_search_domain_that_a_program_would_take_for_an_option_is_refused_where_it_stands() {
    let document = Document::parse(format!("[Interface]\nPrivateKey = {PRIVATE}\nDNS = 10.8.0.1, --help\n").as_bytes()).unwrap();
    let diagnostics = parse::config(&document).unwrap_err();
    let refused: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| Words::english().complaint("wg0.conf", &diagnostic.into()))
        .collect();
    assert_eq!(
        refused,
        [
            "wg0.conf:3:17: error: DNS: `--help` is not a search domain: a part between two dots is empty, longer than 63 characters, or \
          begins or ends with `-`\n    write a domain such as corp.example: letters, digits, `-` and `_`, with dots between"
        ]
    );
}
