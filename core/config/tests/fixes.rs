//! Edits that correct a problem: each removes its diagnostic.

use adit_config::fix::{Fix, fixes};
use adit_config::{Document, parse};

const KEYS: &str = "PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PEER: &str = "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nEndpoint = 192.0.2.1:1";

/// Returns every diagnostic of a text: its code's name and its edits.
fn found(text: &str) -> Vec<(String, Vec<Fix>)> {
    let document = Document::parse(text.as_bytes()).unwrap();
    let diagnostics = match parse::config(&document) {
        Ok((_, diagnostics)) | Err(diagnostics) => diagnostics,
    };
    let named = |found: &adit_config::Diagnostic| {
        let name: String = format!("{:?}", found.code).chars().take_while(|letter| letter.is_alphanumeric()).collect();
        (name, fixes(&document, found))
    };
    diagnostics.iter().map(named).collect()
}

/// Returns the text after the first edit for a problem of this name.
fn fixed(text: &str, name: &str) -> String {
    let (_, edits) = found(text).into_iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name} in {text}"));
    let [Fix { span, text: new }] = &edits[..] else { panic!("{name}: {edits:?}") };
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}

/// Returns a configuration with a line in `[Interface]` and one in `[Peer]`.
fn whole(interface: &str, peer: &str) -> String {
    format!("[Interface]\n{KEYS}\n{interface}\n{PEER}\n{peer}\n")
}

#[test]
fn each_edit_puts_its_problem_right() {
    for (name, before, after) in [
        ("NoPrefix", "Address = 10.0.0.1", "Address = 10.0.0.1/32"),
        ("UnknownKey", "Adress = 10.0.0.1/32", "Address = 10.0.0.1/32"),
        ("SemicolonComment", "; the office", "# the office"),
        ("Invisible", "MTU =\u{a0}1400", "MTU = 1400"),
        ("DnsServer", "DNS = 9.9.9.9:53", "DNS = 9.9.9.9"),
        ("DnsServer", "DNS = 1.1.1.1, [2620:fe::fe]:53", "DNS = 1.1.1.1, 2620:fe::fe"),
        ("Cidr", "Address = 10.0.0.1/255.255.255.0", "Address = 10.0.0.1/24"),
    ] {
        assert_eq!(fixed(&whole(before, ""), name), whole(after, ""), "{name}");
        assert!(found(&whole(after, "")).iter().all(|(found, _)| found != name), "{name}");
    }
    for (name, before, after) in [
        ("HostBits", "AllowedIPs = 10.0.0.1/8, ::1/128", "AllowedIPs = 10.0.0.0/8, ::1/128"),
        ("HostBits", "AllowedIPs = -10.0.0.1/8", "AllowedIPs = -10.0.0.0/8"),
        ("EmptyItem", "AllowedIPs = 10.0.0.0/8, , ::1/128", "AllowedIPs = 10.0.0.0/8, ::1/128"),
        ("EmptyItem", "AllowedIPs = 10.0.0.0/8,", "AllowedIPs = 10.0.0.0/8"),
        ("EmptyItem", "AllowedIPs = , 10.0.0.0/8", "AllowedIPs = 10.0.0.0/8"),
        ("AllowedIpRepeated", "AllowedIPs = 10.0.0.0/8, 10.0.0.0/8", "AllowedIPs = 10.0.0.0/8"),
        ("AllowedIpRepeated", "AllowedIPs = ::1/128, ::1/128, ::2/128", "AllowedIPs = ::1/128, ::2/128"),
        ("OnlyIpv4Default", "AllowedIPs = 0.0.0.0/0", "AllowedIPs = 0.0.0.0/0, ::/0"),
        ("OnlyIpv6Default", "AllowedIPs = ::/0", "AllowedIPs = ::/0, 0.0.0.0/0"),
        ("Brackets", "Endpoint = 2001:db8::1:51820", "Endpoint = [2001:db8::1]:51820"),
    ] {
        assert_eq!(fixed(&whole("", before), name), whole("", after), "{name}");
        assert!(found(&whole("", after)).iter().all(|(found, _)| found != name), "{name}");
    }
    let zeros = format!("{}=", "A".repeat(43));
    let line = format!("PresharedKey = {zeros}\n");
    let before = format!("[Interface]\n{KEYS}\n{PEER}\n{line}MTU");
    assert_eq!(fixed(&before, "ZeroPresharedKey"), before.replace(&line, ""));
    assert_eq!(fixed(&whole("MTU =", ""), "LeftOut"), whole("MTU =", "").replace("MTU =\n", ""));
    assert_eq!(fixed("[Interfcae]\n", "UnknownSection"), "[Interface]\n");
    assert_eq!(fixed(&format!("[ Interface ]\n{KEYS}\n"), "SpacesInHeader"), format!("[Interface]\n{KEYS}\n"));
    let cut = whole("", "").replace("Bmk=", "Bmk");
    assert_eq!(fixed(&cut, "Key"), whole("", ""));
}

#[test]
fn a_finding_that_a_person_must_decide_has_no_quick_fix() {
    for (name, text) in [
        ("Key", whole("", "PresharedKey = abc")),
        ("UnknownKey", whole("Endpiont = 192.0.2.1:1", "")),
        ("UnknownKey", whole("Frobnicate = 1", "")),
        ("OnlyIpv4Default", whole("", "AllowedIPs = 0.0.0.0/1, 128.0.0.0/1")),
        ("DnsServer", whole("DNS = https://9.9.9.9/", "")),
        ("MissingPrivateKey", "[Interface]\n".to_owned()),
    ] {
        let found = found(&text);
        let (_, edits) = found.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}: {found:?}"));
        assert_eq!(edits, &[], "{name}");
    }
}

#[test]
fn an_edit_that_would_change_the_meaning_is_not_offered() {
    let zeros = format!("{}=", "A".repeat(43));
    let other = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    for (name, text) in [
        ("AllowedIpRepeated", whole("", "AllowedIPs = +10.0.0.0/8, +10.0.0.0/8")),
        ("NothingToRemove", whole("", "AllowedIPs = -10.0.0.0/8")),
        ("ZeroPresharedKey", whole("", &format!("PresharedKey = {other}\nPresharedKey = {zeros}"))),
        ("ZeroPresharedKey", whole("", &format!("PresharedKey = {other}\n{PEER}\nPresharedKey = {zeros}"))),
        ("ZeroPresharedKey", whole("", &format!("PresharedKey = {zeros} # none"))),
        ("LeftOut", whole("MTU = 1400\nMTU =", "")),
        ("LeftOut", whole("MTU = # the office", "")),
        ("Invisible", whole("PostUp = echo\u{a0}a", "")),
        ("DnsServer", whole("DNS = 9.9.9.9:5353", "")),
        ("Key", whole("", &format!("PresharedKey = {}", &other[..42])).replace(&other[..42], &format!("{}b", &other[..42]))),
    ] {
        let found = found(&text);
        let (_, edits) = found.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}: {found:?}"));
        assert_eq!(edits, &[], "{name}: {text}");
    }
}
